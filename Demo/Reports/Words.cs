using System;
using System.Collections.Generic;
using System.Globalization;
using PfnBuffers;

namespace Demo;

/// <summary>Numbers and names as the reports say them.</summary>
internal static class Words
{
    internal static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 when bytes % (1L << 30) == 0 => $"{bytes >> 30} GiB",
        >= 1 << 20 when bytes % (1 << 20) == 0 => $"{bytes >> 20} MiB",
        >= 1 << 10 when bytes % (1 << 10) == 0 => $"{bytes >> 10} KiB",
        _ => $"{Number(bytes)} bytes",
    };

    /// <summary>A place on an axis whose marks are a power of two apart: all of them in one unit.</summary>
    internal static string Position(long at, long step)
    {
        if (at == 0) return "0";
        string format = step >= 1 << 20 ? "0" : "0.##";
        return step >= 1 << 18
            ? (at / (double)(1 << 20)).ToString(format, CultureInfo.InvariantCulture) + " MiB"
            : $"{at >> 10} KiB";
    }

    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Count(long number, string one) => $"{Number(number)} {one}{(number == 1 ? string.Empty : "s")}";

    /// <summary>Part of a whole, as <c>12,288 bytes (3 %)</c>; what is not all never reads 100 %, and what is not nothing never 0 %.</summary>
    internal static string Share(long part, long whole)
    {
        if (part == 0) return "none";
        if (part == whole) return $"all {Number(whole)} bytes";
        long percent = Math.Clamp((long)Math.Round(100.0 * part / whole), 1, 99);
        return $"{Number(part)} of {Number(whole)} bytes ({percent} %)";
    }

    /// <summary>The limits that a device sets, one a line.</summary>
    internal static IReadOnlyList<string> Limits(in DmaConstraints constraints)
    {
        var lines = new List<string>();
        if (constraints.Window.Last.Value != ulong.MaxValue) lines.Add($"addresses up to {constraints.Window.Last}");
        if (constraints.MaxSegmentCount == 1) lines.Add("one segment: contiguous only");
        else if (constraints.MaxSegmentCount > 1) lines.Add($"at most {constraints.MaxSegmentCount} segments");
        if (constraints.MaxSegmentSize != 0) lines.Add($"segments of at most {Bytes(constraints.MaxSegmentSize)}");
        if (constraints.SegmentBoundaryMask != 0) lines.Add($"no segment crosses {Bytes((long)constraints.SegmentBoundaryMask + 1)}");
        if (constraints.Granularity > 1) lines.Add($"multiples of {Bytes(constraints.Granularity)}");
        return lines.Count > 0 ? lines : ["none"];
    }

    internal static string Segments(DeviceResult device)
    {
        string sizes = device.LeastSegment == device.GreatestSegment
            ? Number(device.LeastSegment)
            : $"{Number(device.LeastSegment)} to {Number(device.GreatestSegment)}";
        return $"{Number(device.SegmentCount)}, of {sizes} bytes";
    }

    internal static string Windows(DeviceResult device)
        => device.Transfers.Count == 1 ? "the whole buffer at once" : $"{Number(device.Transfers.Count)} windows";
}
