using System.CommandLine;
using System.Diagnostics;

namespace Conformance.Campaign;

/// <summary>The segmenter against its oracle, on as many random cases as one likes.</summary>
internal static class SegmentsCommand
{
    internal static Command Create()
    {
        var cases = new Option<long>("--cases") { Description = "How many cases to try.", DefaultValueFactory = _ => 100_000 };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds give equal cases.", DefaultValueFactory = _ => Seed.Value };
        cases.Require(value => value >= 1, "--cases must be 1 or more.");

        var command = new Command("segments", "Cuts random pieces under random constraints and compares with an oracle that tries everything.") { cases, seed };
        command.SetAction(parsed => Run(parsed.GetValue(cases), parsed.GetValue(seed), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(long cases, ulong seed, System.IO.TextWriter output)
    {
        long ops = 0;
        long began = Stopwatch.GetTimestamp();
        LawRun run = SegmentingLaws.CutsAsTheOracle((one, mode) =>
        {
            ops++;
            return Segmented.ByLibrary(one, mode);
        }).Run(cases, seed);

        if (run.First is not null) output.WriteLine(run.First);
        output.WriteLine($"seed={seed} seconds={Stopwatch.GetElapsedTime(began).TotalSeconds:0.0}");
        output.WriteLine($"ops={ops} cases={run.Cases} violations={run.Violations}");
        return run.Violations == 0 ? 0 : 1;
    }
}
