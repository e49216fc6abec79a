using System;
using System.CommandLine;
using System.IO;

namespace Conformance.Campaign;

/// <summary>All orders in which devices attach, map, unmap and detach, against the oracle.</summary>
internal static class OrdersCommand
{
    internal static Command Create()
    {
        var policy = new Option<string?>("--policy") { Description = "One policy only: move-first, bounce-first or no-move." };
        var devices = new Option<int>("--devices") { Description = "Devices of a case: 1 to 3; with --random at most so many, 2 to 5.", DefaultValueFactory = _ => 3 };
        var random = new Option<long?>("--random") { Description = "Draws so many cases instead of trying all." };
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds draw equal cases.", DefaultValueFactory = _ => 1 };
        var stride = new Option<long>("--stride") { Description = "Tries every so many-th case.", DefaultValueFactory = _ => 1 };
        var limit = new Option<long?>("--limit") { Description = "Tries at most so many cases of a policy." };
        var threads = new Option<int>("--threads") { Description = "Threads that try cases.", DefaultValueFactory = _ => 2 };
        var json = new Option<string?>("--json") { Description = "Also writes the counts to a file." };
        Option<string?> mutant = MutantOption.Create();
        var command = new Command("orders", "Tries the orders in which devices attach, map, unmap and detach, and compares with an oracle.") { policy, devices, random, seed, stride, limit, threads, json, mutant };
        policy.Require(name => name is null || OrderNames.TryPolicy(name, out _), "--policy must be move-first, bounce-first or no-move.");
        random.Require(value => value is null or >= 1, "--random must be 1 or more.");
        stride.Require(value => value >= 1, "--stride must be 1 or more.");
        limit.Require(value => value is null or >= 1, "--limit must be 1 or more.");
        threads.Require(value => value is >= 1 and <= 64, "--threads must be 1 to 64.");
        devices.Require(value => value is >= 1 and <= OrderDevice.Most, "--devices must be 1 to 3, or 2 to 5 with --random.");
        command.SetAction(parsed =>
        {
            int count = parsed.GetValue(devices);
            if (parsed.GetValue(random) is not null ? count < 2 : count > 3)
            {
                parsed.InvocationConfiguration.Error.WriteLine("--devices must be 1 to 3, or 2 to 5 with --random.");
                return 2;
            }

            // Said before the minutes that the counts take.
            if (parsed.GetValue(json) is { } path && !CanWrite(path, out string? why))
            {
                parsed.InvocationConfiguration.Error.WriteLine($"--json cannot write '{path}': {why}".ReplaceLineEndings(" "));
                return 2;
            }

            // A fault that takes more cases than these to be found would not be found by tests either.
            bool isSaid = parsed.GetResult(stride) is { Implicit: false } || parsed.GetResult(limit) is { Implicit: false } || parsed.GetResult(random) is { Implicit: false };
            if (MutantOption.Run(parsed, mutant, isSaid ? [] : ["--stride", "101"]) is { } found) return found;

            OrderPolicy[] policies = parsed.GetValue(policy) is { } name && OrderNames.TryPolicy(name, out OrderPolicy one)
                ? [one]
                : [OrderPolicy.MoveFirst, OrderPolicy.BounceFirst, OrderPolicy.NoMove];
            var report = new OrdersReport(parsed.InvocationConfiguration.Output);
            foreach (OrderPolicy next in policies)
            {
                report.Run(new OrdersOptions
                {
                    Policy = next,
                    Devices = count,
                    Random = parsed.GetValue(random) ?? 0,
                    Seed = parsed.GetValue(seed),
                    Stride = parsed.GetValue(stride),
                    Limit = parsed.GetValue(limit) ?? 0,
                    Threads = parsed.GetValue(threads),
                });
            }

            bool isWhole = policies.Length == 3 && count == 3 && parsed.GetValue(random) is null && parsed.GetValue(stride) == 1 && parsed.GetValue(limit) is null;
            return report.Finish(isWhole, parsed.GetValue(json));
        });
        return command;
    }

    private static bool CanWrite(string path, out string? why)
    {
        try
        {
            using FileStream file = File.Open(path, FileMode.OpenOrCreate, FileAccess.Write);
            why = null;
            return true;
        }
        catch (Exception thrown) when (thrown is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            why = thrown.Message;
            return false;
        }
    }
}
