using System;
using System.CommandLine;
using System.IO;

namespace Conformance.Campaign;

/// <summary>Everything at once, on many threads.</summary>
internal static class SoakCommand
{
    internal static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long to go on.", DefaultValueFactory = _ => 60 };
        var threads = new Option<int>("--threads") { Description = "How many threads.", DefaultValueFactory = _ => 4 };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds make equal steps; who comes first is not the same.", DefaultValueFactory = _ => 1 };
        seconds.Require(value => value is >= 1 and <= 86_400, "--seconds must be 1 to 86400.");
        threads.Require(value => value is >= 1 and <= 64, "--threads must be 1 to 64.");
        var command = new Command("soak", "Maps, unmaps, reserves, bounces, attaches, trims and disposes on many threads at once, and compares every byte.") { seconds, threads, seed };
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            SoakResult result = ProgressBar.Behind("soak", progress => Soak.Run(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(threads), parsed.GetValue(seed), progress));
            if (result.What is not null) output.WriteLine($"# {result.What.ReplaceLineEndings("\n# ")}");
            output.WriteLine($"seed={parsed.GetValue(seed)} threads={parsed.GetValue(threads)} seconds={result.Time.TotalSeconds:0.0} ops_per_second={result.Operations / result.Time.TotalSeconds:0}");
            output.WriteLine(result);
            return result.What is null ? 0 : 1;
        });
        return command;
    }
}
