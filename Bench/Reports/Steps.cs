using System;
using Spectre.Console;

namespace Bench;

/// <summary>
/// A progress bar on a terminal, and nothing elsewhere. It is drawn between measurements only, never beside one:
/// what it costs would count as the contestants'.
/// </summary>
internal sealed class Steps
{
    private readonly ProgressContext? _context;
    private readonly ProgressTask? _task;

    private Steps(ProgressContext? context, int count)
    {
        _context = context;
        _task = context?.AddTask("starting", maxValue: count);
    }

    /// <summary>Does work of so many steps.</summary>
    internal static void Run(IAnsiConsole console, int count, Action<Steps> work)
    {
        if (Console.IsOutputRedirected || !console.Profile.Capabilities.Interactive)
        {
            work(new Steps(null, count));
            return;
        }

        console.Progress().AutoRefresh(false).AutoClear(true).Start(context => work(new Steps(context, count)));
    }

    /// <summary>Tells what is done from now on.</summary>
    internal void Begin(string name)
    {
        if (_task is not null) _task.Description = name.EscapeMarkup();
        _context?.Refresh();
    }

    /// <summary>One step is done.</summary>
    internal void Done()
    {
        _task?.Increment(1);
        _context?.Refresh();
    }
}
