using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using PfnBuffers;
using Spectre.Console;

namespace Conformance.Campaign;

/// <summary>What the campaign of orders tells: a progress bar on a terminal, the shortest trace of what went wrong, and the counts.</summary>
internal sealed class OrdersReport(TextWriter output)
{
    private static readonly Verdict[] Verdicts = [Verdict.Admitted, Verdict.Direct, Verdict.Remap, Verdict.Move, Verdict.Bounce, Verdict.Refused];

    private readonly List<OrdersResult> _results = [];

    internal void Run(OrdersOptions options)
    {
        string name = OrderNames.Of(options.Policy);
        OrdersResult result = AnsiConsole.Profile.Out.IsTerminal ? RunBehindBar(options, name) : OrdersCampaign.Run(options);
        _results.Add(result);
        output.WriteLine($"{name}: {result.Time.TotalSeconds:0.0} s, mappings={result.Tally.Mappings} divergences={result.Tally.Divergences} notices={result.Tally.Notices} device_accesses={result.Tally.DeviceAccesses} cpu_accesses={result.Tally.CpuAccesses} faults={result.Tally.Faults}");
        if (result.Shortest is null) return;
        output.WriteLine($"# {result.What!.Replace("\n", "\n# ", StringComparison.Ordinal)}");
        output.WriteLine(OrderTrace.Write(result.Shortest));
    }

    /// <summary>The last lines.</summary>
    /// <param name="isWhole">Whether every case was tried, so that nothing may be left that never occurred.</param>
    /// <param name="json">Where the counts go as well; null for nowhere.</param>
    /// <returns>The exit code.</returns>
    internal int Finish(bool isWhole, string? json)
    {
        RefusalReason[] reasons = Enum.GetValues<RefusalReason>();
        foreach (RefusalReason reason in reasons) output.WriteLine($"reason {reason}: {string.Join(", ", _results.Select(one => $"{OrderNames.Of(one.Policy)} {one.Tally.Of(reason)}"))}");
        string[] never =
        [
            .. Verdicts.Where(verdict => _results.All(one => one.Tally.Of(verdict) == 0)).Select(verdict => $"verdict {verdict}"),
            .. reasons.Where(reason => _results.All(one => one.Tally.Of(reason) == 0)).Select(reason => $"reason {reason}"),
        ];
        if (isWhole && never.Length > 0) output.WriteLine($"never occurred: {string.Join(", ", never)}");
        foreach (OrdersResult result in _results) output.WriteLine($"{OrderNames.Of(result.Policy)}: {result}");
        if (json is not null) File.WriteAllText(json, Json(reasons));
        return _results.Any(one => one.Tally.Violations > 0) || (isWhole && never.Length > 0) ? 1 : 0;
    }

    private static OrdersResult RunBehindBar(OrdersOptions options, string name)
        => AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask(name);
            return OrdersCampaign.Run(options with
            {
                Progress = (done, all) =>
                {
                    task.MaxValue = all;
                    task.Value = done;
                },
            });
        });

    private string Json(RefusalReason[] reasons) => JsonSerializer.Serialize(_results.Select(one => new
    {
        policy = OrderNames.Of(one.Policy),
        interleavings = one.Interleavings,
        cases = one.Tally.Cases,
        violations = one.Tally.Violations,
        seconds = one.Time.TotalSeconds,
        verdicts = Verdicts.ToDictionary(verdict => verdict.ToString(), one.Tally.Of),
        reasons = reasons.ToDictionary(reason => reason.ToString(), one.Tally.Of),
    }));
}
