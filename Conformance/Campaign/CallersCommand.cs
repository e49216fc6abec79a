using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Conformance.Campaign;

/// <summary>Malformed arguments for every public member.</summary>
internal static class CallersCommand
{
    internal static Command Create()
    {
        var calls = new Option<long>("--ops", "--calls") { Description = "Calls to make.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds make equal calls.", DefaultValueFactory = _ => 1 };
        var type = new Option<string?>("--type") { Description = "Calls members of this type alone, by its short name." };
        type.Require(name => name is null || CallersCampaign.Types.Contains(name), "--type must be the short name of a public type of the libraries that has callers, such as IommuMapper.");
        calls.Require(value => value >= 1, "--calls must be 1 or more.");
        var command = new Command("callers", "Throws malformed arguments at every public member of both libraries.") { calls, seed, type };
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            CallersResult result = ProgressBar.Behind("callers", progress => CallersCampaign.Run(parsed.GetValue(calls), parsed.GetValue(seed), progress, parsed.GetValue(type)));
            if (result.What is not null) output.WriteLine($"# {result.What.ReplaceLineEndings("\n# ")}");
            foreach (string one in result.Uncovered) output.WriteLine($"# {one}");
            if (result.Uncovered.Count > 0) output.WriteLine($"# {result.Uncovered.Count} members were not called in so few calls, or have no caller; a million calls come to all that have one");
            output.WriteLine($"seed={parsed.GetValue(seed)} seconds={result.Time.TotalSeconds:0.0} slowest_ms={1000.0 * result.Tally.SlowestTicks / Stopwatch.Frequency:0} ({result.Tally.Slowest})");
            output.WriteLine(result);
            return result.Tally.Violations == 0 && result.Uncovered.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
