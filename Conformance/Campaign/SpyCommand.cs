using System.CommandLine;
using System.IO;
using System.Linq;
using Conformance.Mutants;

namespace Conformance.Campaign;

/// <summary>Spying devices over one bounce pool: never leak, never lose.</summary>
internal static class SpyCommand
{
    private static string Names => string.Join(", ", BounceFaults.All.Select(one => one.Name));

    internal static Command Create()
    {
        var operations = new Option<long>("--ops", "--operations") { Description = "Steps to make.", DefaultValueFactory = _ => 10_000_000 };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds make equal steps.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "Threads over one pool and the same mappers, each with homes of its own. What went wrong with one thread is made short, and can be replayed.", DefaultValueFactory = _ => 1 };
        var mutant = new Option<string?>("--mutant") { Description = $"Spies on a faulty bounce mapper, one of: {Names}." };
        mutant.Require(name => name is null || BounceFaults.Named(name) is not null, $"--mutant must be one of {Names}.");
        operations.Require(value => value >= 1, "--operations must be 1 or more.");
        threads.Require(value => value is >= 1 and <= 64, "--threads must be 1 to 64.");
        var command = new Command("spy", "Has devices read and write all that they reach of a bounce pool, and compares every byte with a model.") { operations, seed, threads, mutant };
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(mutant) is not null && parsed.GetValue(threads) > 1)
            {
                parsed.InvocationConfiguration.Error.WriteLine("--mutant goes with one thread only: the faults know of no others.");
                return 2;
            }

            BounceFault? fault = parsed.GetValue(mutant) is { } name ? BounceFaults.Named(name) : null;
            if (fault is not null) output.WriteLine($"# with the fault {fault.Name}; broken: {fault.Breaks}");
            return Run(
                new SpyOptions
                {
                    Operations = parsed.GetValue(operations),
                    Seed = parsed.GetValue(seed),
                    Threads = parsed.GetValue(threads),
                    Parts = fault ?? SpyParts.Library,
                },
                output);
        });
        return command;
    }

    private static int Run(SpyOptions options, TextWriter output)
    {
        SpyResult result = SpyCampaign.Run(options);
        if (result.What is not null) output.WriteLine($"# {result.What.ReplaceLineEndings("\n# ")}");
        if (result.Shortest is not null) output.WriteLine(SpyTrace.Write(result.Shortest, options.Parts));
        double seconds = result.Time.TotalSeconds;
        output.WriteLine($"seed={options.Seed} threads={options.Threads} seconds={seconds:0.0} ops_per_second={result.Tally.Operations / seconds:0}");
        output.WriteLine(result);
        return result.Tally.Violations == 0 ? 0 : 1;
    }

    /// <summary>Carries out a life that was told.</summary>
    internal static int Replay(SpyCase one, SpyParts parts, TextWriter output)
    {
        string? wrong = one.Try(parts);
        output.WriteLine(wrong ?? $"{one.Steps.Count} steps, as the model says");
        output.WriteLine($"violations={(wrong is null ? 0 : 1)}");
        return wrong is null ? 0 : 1;
    }
}
