using System;
using Spectre.Console;

namespace Conformance.Campaign;

/// <summary>A bar on a terminal; elsewhere nothing.</summary>
internal static class ProgressBar
{
    /// <summary>Carries something out that tells how much is done, of how much.</summary>
    internal static T Behind<T>(string name, Func<Action<long, long>?, T> work)
        => !AnsiConsole.Profile.Out.IsTerminal
            ? work(null)
            : AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                ProgressTask task = context.AddTask(name);
                return work((done, all) =>
                {
                    task.MaxValue = all;
                    task.Value = done;
                });
            });
}
