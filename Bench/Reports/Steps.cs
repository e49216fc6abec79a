using System;
using Spectre.Console;

namespace Bench;

/// <summary>
/// A progress bar on a terminal, and nothing elsewhere. It is drawn between measurements only, never beside one:
/// what it costs would count as the contestants'.
/// </summary>
internal static class Steps
{
    /// <summary>Does work that tells each step it takes.</summary>
    /// <param name="console">Where to draw.</param>
    /// <param name="count">Steps in all.</param>
    /// <param name="work">Is given what to call with the name of the next step; called once more, it counts that step as done.</param>
    internal static void Run(IAnsiConsole console, int count, Action<Action<string>> work)
    {
        if (Console.IsOutputRedirected || !console.Profile.Capabilities.Interactive)
        {
            work(_ => { });
            return;
        }

        console.Progress().AutoRefresh(false).AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask("starting", maxValue: count + 1);
            work(name =>
            {
                task.Description = name.EscapeMarkup();
                task.Increment(1);
                context.Refresh();
            });
        });
    }
}
