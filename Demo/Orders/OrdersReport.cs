using System.Collections.Generic;
using System.IO;
using System.Linq;
using PfnBuffers;
using Spectre.Console;

namespace Demo;

/// <summary>What came of all orders, for a terminal or a file: who the devices are, a table, and why some are refused.</summary>
internal static class OrdersReport
{
    private const int Width = 80;

    private const string Legend = "Direct: on the bytes where they are. Remap: the same, through its IOMMU. Move: the bytes were moved for it, then Direct. "
        + "Bounce: on copies. Refused: see below. Frames and verdicts are those at the end; Move stays with the device for which the bytes were moved.";

    internal static void Write(TextWriter output, OrdersRequest request, IReadOnlyList<OrderOutcome> late, IReadOnlyList<OrderOutcome> inTime)
    {
        var terminal = new AnsiConsoleOutput(output);
        if (terminal.IsTerminal)
        {
            WriteTo(AnsiConsole.Create(new AnsiConsoleSettings { Out = terminal }), request, late, inTime);
            return;
        }

        // A file gets neither colours nor the blanks that fill a terminal's lines, whatever the environment says.
        using var text = new StringWriter();
        var plain = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false } };
        WriteTo(AnsiConsole.Create(plain), request, late, inTime);
        foreach (string line in text.ToString().TrimEnd().Split('\n')) output.WriteLine(line.TrimEnd());
    }

    private static void WriteTo(IAnsiConsole console, OrdersRequest request, IReadOnlyList<OrderOutcome> late, IReadOnlyList<OrderOutcome> inTime)
    {
        console.Profile.Width = Width;
        console.Write(new Text($"{request.Devices.Count} devices attach to one buffer of {Words.Bytes(OrdersBench.Length)}, in every order. The first one maps it at once, "
            + "which chooses its frames: high ones (above 4 GiB, in pieces), unless that device needs low ones. The others come late.\n"));
        console.WriteLine();
        console.Write(DevicesOf(request));
        console.Write(TableOf(request, late, inTime));
        console.Write(new Text(Legend + "\n"));
        console.WriteLine();
        console.Write(new Text(Summary(late, inTime) + "\n"));
        foreach (RefusalKind kind in RefusalKind.Of(late.Concat(inTime))) WriteRefusal(console, kind);
    }

    private static Grid DevicesOf(OrdersRequest request)
    {
        Grid grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) }).AddColumn(new GridColumn { Padding = new Padding(0) });
        foreach (DeviceKind kind in request.Devices) grid.AddRow(new Text(kind.Name), new Text(kind.Description));
        grid.AddRow(new Text("policy"), new Text(Policy(request.Rule)));
        return grid;
    }

    private static Table TableOf(OrdersRequest request, IReadOnlyList<OrderOutcome> late, IReadOnlyList<OrderOutcome> inTime)
    {
        var table = new Table { Border = TableBorder.Simple };
        AddColumn("order", 2);
        foreach (DeviceKind kind in request.Devices) AddColumn(kind.Name, 1);
        AddColumn("frames", 1);
        AddColumn("moves", 0);
        foreach (IGrouping<DeviceKind, OrderOutcome> first in late.GroupBy(one => one.Order[0]))
        {
            Head($"{first.Key.Name} maps, then:");
            foreach (OrderOutcome one in first) Row(Names(one.Order.Skip(1)), one);
        }

        Head("all, then one maps:");
        foreach (OrderOutcome one in Distinct(inTime)) Row(inTime.All(one.IsLike) ? "in any order" : Names(one.Order), one);
        return table;

        void AddColumn(string heading, int space) => table.AddColumn(new TableColumn(new Text(heading)) { Padding = new Padding(0, 0, space, 0), NoWrap = true });

        void Head(string text) => table.AddRow([new Text(text, new Style(decoration: Decoration.Bold))]);

        void Row(string order, OrderOutcome one)
            => table.AddRow([new Text("  " + order), .. request.Devices.Select(kind => Cell(one.Stands[kind.Name])), new Text(one.Backing), new Text(Words.Number(one.MovedFor.Count))]);
    }

    private static string Names(IEnumerable<DeviceKind> kinds) => string.Join(' ', kinds.Select(kind => kind.Name));

    private static Text Cell(Verdict verdict) => verdict == Verdict.Refused ? new Text("Refused", Color.Red) : new Text(verdict.ToString());

    /// <summary>The point of it all in a sentence or two, as it was found, not as it is hoped for.</summary>
    private static string Summary(IReadOnlyList<OrderOutcome> late, IReadOnlyList<OrderOutcome> inTime)
    {
        int ends = Distinct(late).Count, ontime = Distinct(inTime).Count, refusing = late.Count(one => one.Refusals.Count > 0);
        string refused = refusing == 0 ? "and nobody is refused" : $"and in {refusing} of them somebody is refused";
        string timely = ontime == 1 ? "all orders end in the same way: order does not matter then" : $"orders still end in {ontime} ways";
        return $"Where the first one maps at once, {late.Count} orders end in {Words.Count(ends, "way")}, {refused}. Where all attach before anybody maps, {timely}.";
    }

    private static List<OrderOutcome> Distinct(IEnumerable<OrderOutcome> outcomes)
    {
        var distinct = new List<OrderOutcome>();
        foreach (OrderOutcome one in outcomes)
        {
            if (!distinct.Exists(one.IsLike)) distinct.Add(one);
        }

        return distinct;
    }

    private static void WriteRefusal(IAnsiConsole console, RefusalKind kind)
    {
        Refusal refusal = kind.Refusal;
        console.WriteLine();
        console.Write(new Text($"Why {refusal.Importer} is refused in {Words.Count(kind.Orders, "order")} ({kind.When}):\n"));
        Grid grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) }).AddColumn(new GridColumn { Padding = new Padding(0) });
        foreach (IGrouping<Verdict, RefusalCause> way in refusal.Causes.GroupBy(cause => cause.Way))
        {
            string closed = way.Key == Verdict.Refused ? "no way" : $"no {way.Key}";
            foreach (RefusalCause cause in way)
            {
                grid.AddRow(new Text(closed), new Text(cause.ToString()));
                closed = string.Empty;
            }
        }

        grid.AddRow(new Text("what helps"), new Text(refusal.Advice));
        console.Write(grid);
    }

    private static string Policy(SharingRule rule) => rule switch
    {
        SharingRule.NoMove => "no-move: a late device works on copies, or is refused",
        SharingRule.NoBounce => "no-bounce: the bytes are moved for a late device, or it is refused",
        SharingRule.PreferBounce => "prefer-bounce: a late device works on copies, or else the bytes are moved for it",
        _ => "default: the bytes are moved for a late device, or else it works on copies",
    };
}
