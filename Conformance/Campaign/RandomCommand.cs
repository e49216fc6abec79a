using System.CommandLine;
using System.IO;
using System.Linq;
using Conformance.Mutants;
using Spectre.Console;

namespace Conformance.Campaign;

/// <summary>Random operations on one backend, against a naive model.</summary>
internal static class RandomCommand
{
    internal static Command Create()
    {
        var backend = new Option<string>("--backend") { Description = BackendOption.Description, DefaultValueFactory = _ => "iommu" };
        var ops = new Option<long>("--ops") { Description = "Steps of all shards together.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds do the same.", DefaultValueFactory = _ => 1 };
        var shard = new Option<string>("--shard") { Description = "i/n: only the cases whose number leaves i when divided by n, so that many machines share a campaign.", DefaultValueFactory = _ => "0/1" };
        Option<string?> mutant = MutantOption.Of([.. RandomFaults.All.Select(one => one.Name)]);
        backend.Require(name => TraceText.TryBackend(name, out _), BackendOption.Otherwise);
        ops.Require(value => value >= 1, "--ops must be 1 or more.");
        shard.Require(text => TryShard(text, out _, out _), "--shard must be i/n, with i from 0 to n - 1.");
        var command = new Command("random", "Maps, unmaps, syncs, shares and reserves at random, and compares with a naive model after each step.") { backend, ops, seed, shard, mutant };
        command.SetAction(parsed =>
        {
            // A fault shows on some backends only.
            string[] unlessSaid = parsed.GetValue(mutant) is { } name && parsed.GetResult(backend) is not { Implicit: false } ? ["--backend", RandomFaults.Named(name)!.Backend] : [];
            if (MutantOption.Run(parsed, mutant, unlessSaid) is { } found) return found;
            _ = TraceText.TryBackend(parsed.GetValue(backend)!, out TraceBackend on);
            _ = TryShard(parsed.GetValue(shard)!, out long number, out long count);
            var options = new RandomOptions { Backend = on, Operations = parsed.GetValue(ops), Seed = parsed.GetValue(seed), Shard = number, Shards = count };
            if (options.Cases <= number)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"--shard {number}/{count} has none of the cases: there are {options.Cases}, of {RandomOptions.StepsOfACase} steps each.");
                return 2;
            }

            return Run(options, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    /// <summary>Plays a trace that was told.</summary>
    internal static int Replay(TraceCase one, TextWriter output)
    {
        string? wrong = one.Try();
        output.WriteLine(wrong ?? $"{one.Steps.Count} steps on {TraceText.NameOf(one.Backend)}, as the model says");
        output.WriteLine($"violations={(wrong is null ? 0 : 1)}");
        return wrong is null ? 0 : 1;
    }

    private static int Run(RandomOptions options, TextWriter output)
    {
        string name = TraceText.NameOf(options.Backend);
        RandomResult result = AnsiConsole.Profile.Out.IsTerminal ? RunBehindBar(options, name) : RandomCampaign.Run(options);
        if (result.What is not null) output.WriteLine($"# {result.What.ReplaceLineEndings("\n# ")}");
        if (result.Shortest is not null) output.WriteLine(TraceText.Write(result.Shortest));
        foreach (string group in result.Tally.Groups) output.WriteLine($"{group}: {result.Tally.Shares(group)}");
        double seconds = result.Time.TotalSeconds;
        output.WriteLine($"backend={name} seed={options.Seed} shard={options.Shard}/{options.Shards} digest={result.Digest:x16} seconds={seconds:0.0} ops_per_second={result.Operations / seconds:0}");
        output.WriteLine(result);
        return result.Violations == 0 ? 0 : 1;
    }

    private static RandomResult RunBehindBar(RandomOptions options, string name)
        => AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask(name);
            return RandomCampaign.Run(options with
            {
                Progress = (done, all) =>
                {
                    task.MaxValue = all;
                    task.Value = done;
                },
            });
        });

    private static bool TryShard(string text, out long number, out long count)
    {
        string[] parts = text.Split('/');
        count = 0;
        number = 0;
        return parts.Length == 2 && long.TryParse(parts[0], out number) && long.TryParse(parts[1], out count) && number >= 0 && number < count;
    }
}
