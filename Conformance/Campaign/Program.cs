using System;
using System.IO;
using Conformance.Campaign;

try
{
    return CampaignCommand.Run(args, Console.Out, Console.Error);
}
catch (Exception thrown) when (thrown is IOException or UnauthorizedAccessException)
{
    // Nobody takes what is written; 1 would say that something is violated.
    Console.Error.WriteLine(thrown.Message.ReplaceLineEndings(" "));
    return 2;
}
