using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Conformance.Mutants;
using Spectre.Console;

namespace Conformance.Campaign;

/// <summary>Hostile devices against what they may reach.</summary>
internal static class DevicesCommand
{
    private static string Names => string.Join(", ", ReachFaults.All.Select(one => one.Name));

    internal static Command Create()
    {
        var operations = new Option<long>("--ops", "--operations") { Description = "Steps to make.", DefaultValueFactory = _ => 10_000_000 };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds make equal steps.", DefaultValueFactory = _ => 1 };
        var mutant = new Option<string?>("--mutant") { Description = $"Runs over a fault in the library, one of: {Names}." };
        operations.Require(value => value >= 1, "--operations must be 1 or more.");
        mutant.Require(name => name is null || ReachFaults.All.Any(one => one.Name == name), $"--mutant must be one of {Names}.");
        var command = new Command("devices", "Has devices read and write at random and at guessed addresses, and compares with what each may reach.") { operations, seed, mutant };
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            (long steps, ulong first) = (parsed.GetValue(operations), parsed.GetValue(seed));
            if (parsed.GetValue(mutant) is { } name)
            {
                SourceMutant fault = ReachFaults.Named(name);
                output.WriteLine($"# with the fault {fault.Name} in {fault.File}; broken: {fault.Breaks}");
                (string counts, string? found, long violations) = MutantContext.Of(fault).Over<System.Func<long, ulong, (string, string?, long)>>(ReachFaults.Run)(steps, first);
                return Tell(output, counts, found, violations);
            }

            long began = Stopwatch.GetTimestamp();
            (HostileTally tally, string? what) = AnsiConsole.Profile.Out.IsTerminal ? RunBehindBar(steps, first) : HostileCampaign.Run(steps, first);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            output.WriteLine($"seed={first} seconds={seconds:0.0} ops_per_second={tally.Operations / seconds:0}");
            return Tell(output, tally.ToString(), what, tally.Violations);
        });
        return command;
    }

    private static int Tell(TextWriter output, string counts, string? what, long violations)
    {
        if (what is not null) output.WriteLine($"# {what.ReplaceLineEndings("\n# ")}");
        output.WriteLine(counts);
        return violations == 0 ? 0 : 1;
    }

    private static (HostileTally Tally, string? What) RunBehindBar(long operations, ulong seed)
        => AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask("devices", maxValue: operations);
            return HostileCampaign.Run(operations, seed, done => task.Value = done);
        });
}
