using System;
using Conformance.Campaign;

return CampaignCommand.Run(args, Console.Out, Console.Error);
