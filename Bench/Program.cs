using System;
using Bench;

return BenchCommand.Run(args, Console.Error);
