using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What is told of a step, a device or a machine: each fact by its name, and not at all where it is the usual one.</summary>
internal static class TraceFields
{
    internal static readonly Field<TraceStep>[] OfStep =
    [
        new("device", one => Number(one.Device), (one, text) => one with { Device = Integer(text) }),
        new("item", one => Number(one.Item), (one, text) => one with { Item = Integer(text) }),
        new("source", one => Number(one.Source), (one, text) => one with { Source = Integer(text) }),
        new("page", one => one.Page == default ? null : PageOf(one.Page), (one, text) => one with { Page = PageOf(text) }),
        new("runs", one => one.Runs.Count == 0 ? null : string.Join(",", one.Runs), (one, text) => one with { Runs = RunsOf(text) }),
        new("at", one => Number(one.At), (one, text) => one with { At = Long(text) }),
        new("from", one => Number(one.From), (one, text) => one with { From = Long(text) }),
        new("length", one => Number(one.Length), (one, text) => one with { Length = Long(text) }),
        new("direction", one => one.Direction == DmaDirection.None ? null : one.Direction.ToString(), (one, text) => one with { Direction = Word<DmaDirection>(text) }),
        new("options", one => one.Options == MapOptions.None ? null : one.Options.ToString().Replace(", ", "+"), (one, text) => one with { Options = Word<MapOptions>(text.Replace("+", ", ")) }),
        new("room", one => Number(one.Room), (one, text) => one with { Room = Integer(text) }),
        new("variant", one => Number(one.Variant), (one, text) => one with { Variant = Integer(text) }),
    ];

    internal static readonly Field<TraceDevice>[] OfDevice =
    [
        new("window", one => WindowOf(one.Rules.Window), (one, text) => one with { Rules = one.Rules with { Window = WindowOf(text) } }),
        new("size", one => Number(one.Rules.MaxSegmentSize), (one, text) => one with { Rules = one.Rules with { MaxSegmentSize = Long(text) } }),
        new("count", one => Number(one.Rules.MaxSegmentCount), (one, text) => one with { Rules = one.Rules with { MaxSegmentCount = Integer(text) } }),
        new("boundary", one => Hex(one.Rules.SegmentBoundaryMask), (one, text) => one with { Rules = one.Rules with { SegmentBoundaryMask = Hex(text) } }),
        new("alignment", one => one.Rules.Alignment == 1 ? null : Hex(one.Rules.Alignment), (one, text) => one with { Rules = one.Rules with { Alignment = Hex(text) } }),
        new("granularity", one => one.Rules.Granularity == 1 ? null : Number(one.Rules.Granularity), (one, text) => one with { Rules = one.Rules with { Granularity = Long(text) } }),
        new("keeps", one => Hex(one.Rules.OffsetPreservingMask), (one, text) => one with { Rules = one.Rules with { OffsetPreservingMask = Hex(text) } }),
        new("confined", one => Flag(one.IsConfined), (one, text) => one with { IsConfined = Flag(text) }),
        new("copied", one => Flag(one.IsCopied), (one, text) => one with { IsCopied = Flag(text) }),
        new("aperture", one => WindowOf(one.Aperture), (one, text) => one with { Aperture = WindowOf(text) }),
        new("format", one => Number(one.Format), (one, text) => one with { Format = Integer(text) is >= 0 and <= 3 and int format ? format : throw new FormatException("a format is 0 to 3") }),
    ];

    internal static readonly Field<TraceSetting>[] OfSetting =
    [
        new("bus", one => Number(one.BusOffset), (one, text) => one with { BusOffset = Long(text) }),
        new("slots", one => Number(one.Slots), (one, text) => one with { Slots = Integer(text) is >= 1 and <= TraceMemory.MostSlots and int slots ? slots : throw new FormatException($"a pool has 1 to {TraceMemory.MostSlots} slots") }),
        new("tables", one => Number(one.Tables), (one, text) => one with { Tables = Integer(text) is >= 1 and <= TraceMemory.MostTables and int tables ? tables : throw new FormatException($"there are 1 to {TraceMemory.MostTables} frames for tables") }),
        new("longest-run", one => Number(one.LongestRun), (one, text) => one with { LongestRun = Integer(text) }),
        new("shared", one => Number(one.SharedBytes), (one, text) => one with { SharedBytes = Integer(text) is >= 1 and <= (1 << 20) and int bytes ? bytes : throw new FormatException("1 byte to 1 MiB are shared") }),
        new("pending", one => Number(one.Pending), (one, text) => one with { Pending = Integer(text) is >= 1 and int pending ? pending : throw new FormatException("at least 1 is pending") }),
        new("frame-by-frame", one => Flag(one.FrameByFrame), (one, text) => one with { FrameByFrame = Flag(text) }),
    ];

    internal static string Write<T>(Field<T>[] fields, T of)
        => string.Concat(fields.Select(field => field.Write(of) is { } value ? $" {field.Name}={value}" : string.Empty));

    internal static T Read<T>(Field<T>[] fields, T into, string[] words, int from)
    {
        for (int i = from; i < words.Length; i++)
        {
            int split = words[i].IndexOf('=');
            string name = split < 0 ? words[i] : words[i].Substring(0, split);
            int at = Array.FindIndex(fields, field => field.Name == name);
            if (at < 0 || split < 0) throw new FormatException($"nothing is told by {words[i]}");
            into = fields[at].Read(into, words[i].Substring(split + 1));
        }

        return into;
    }

    private static string? Number(long value) => value == 0 ? null : value.ToString(CultureInfo.InvariantCulture);

    private static string? Hex(ulong value) => value == 0 ? null : FormattableString.Invariant($"0x{value:x}");

    private static string? Flag(bool value) => value ? "yes" : null;

    private static string? WindowOf(DmaWindow window) => window == default ? null : FormattableString.Invariant($"0x{window.First.Value:x}-0x{window.Last.Value:x}");

    private static string PageOf(PageSize size) => size == PageSize.Size2M ? "2M" : size == PageSize.Size64K ? "64K" : size == PageSize.Size16K ? "16K" : "4K";

    private static int Integer(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : throw new FormatException($"{text} is no number");

    private static long Long(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw new FormatException($"{text} is no number");

    private static ulong Hex(string text) => text.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : throw new FormatException($"{text} is no number like 0x1f");

    private static bool Flag(string text) => text == "yes" ? true : throw new FormatException($"{text} is not yes");

    private static DmaWindow WindowOf(string text)
    {
        string[] ends = text.Split('-');
        return ends.Length == 2 ? new DmaWindow(new DmaAddress(Hex(ends[0])), new DmaAddress(Hex(ends[1]))) : throw new FormatException($"{text} is no window");
    }

    private static PageSize PageOf(string text) => text switch
    {
        "4K" => PageSize.Size4K,
        "16K" => PageSize.Size16K,
        "64K" => PageSize.Size64K,
        "2M" => PageSize.Size2M,
        _ => throw new FormatException($"frames are of 4K, 16K, 64K or 2M, and not of {text}"),
    };

    private static IReadOnlyList<TraceRun> RunsOf(string text) => [.. text.Split(',').Select(run =>
    {
        string[] parts = run.Split('+');
        return parts.Length == 2 && Integer(parts[1]) is >= 1 and <= 4096 and int count ? new TraceRun(new Pfn(Hex(parts[0])), count) : throw new FormatException($"{run} is no run of frames");
    })];

    private static T Word<T>(string text)
        where T : struct, Enum
        => Enum.TryParse(text, out T value) && value.ToString() == text ? value : throw new FormatException($"{text} is no {typeof(T).Name}");

    /// <summary>A fact.</summary>
    internal sealed record Field<T>(string Name, Func<T, string?> Write, Func<T, string, T> Read);
}
