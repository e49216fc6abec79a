using System;
using System.Collections.Generic;
using System.IO;
using PfnBuffers;
using Spectre.Console;

namespace Demo;

/// <summary>What happened, for a terminal: a table a device.</summary>
internal static class ConsoleReport
{
    private const int Width = 100;

    internal static void Write(TextWriter output, string name, Picture input, ShareOutcome outcome)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = console.Profile.Out.IsTerminal ? Math.Min(Width, console.Profile.Width) : Width;
        int runs = new PfnView([.. outcome.Frames], outcome.PageSize).CountRuns();
        console.WriteLine($"{name}, {input.Format}: {Words.Number(input.Format.Length)} bytes in {Words.Count(outcome.Frames.Count, "frame")} of {outcome.PageSize}, {Words.Count(runs, "run")}");
        console.WriteLine($"asked of the frames: {outcome.Demand}");
        if (outcome.Fault != Fault.None) console.Write(new Text($"broken on purpose: {outcome.Fault.ToString().ToLowerInvariant()}\n", Color.Red));
        foreach (DeviceResult device in outcome.Devices)
        {
            console.WriteLine();
            console.Write(TableOf(device));
        }

        console.WriteLine();
        console.WriteLine($"the CPU found what the camera wrote {(outcome.CapturedIntact ? "intact" : "damaged")}");
        if (outcome.DifferentPixels > 0)
            console.WriteLine($"{Words.Number(outcome.DifferentPixels)} of {Words.Number((long)input.Format.Width * input.Format.Height)} pixels differ");
    }

    private static Table TableOf(DeviceResult device)
    {
        var table = new Table { Border = TableBorder.Rounded, Expand = true };
        table.AddColumn(new TableColumn(Cell(device.Device.ToString())) { Width = 24 });
        table.AddColumn(new TableColumn(Cell(device.Task)));
        Row("verdict", device.Verdict.ToString());
        Row("constraints", string.Join('\n', Words.Limits(device.Device.Constraints)));
        Row("mapped", Words.Windows(device));
        Row("segments", Words.Segments(device));
        Row("physical runs behind", Words.Number(device.PhysicalRuns));
        Row("bounced", Words.Share(device.BouncedBytes, device.Bytes));
        return table;

        void Row(string what, string value) => table.AddRow(Cell(what), Cell(value));
    }

    /// <summary>Plain text: what stands in brackets is no markup.</summary>
    private static Text Cell(string text) => new Text(text);
}
