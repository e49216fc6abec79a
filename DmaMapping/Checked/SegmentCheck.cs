using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Whether what a mapper gave is what its device can take. The rule itself is <see cref="DmaConstraints"/>'s; here is told what breaks it.</summary>
internal static class SegmentCheck
{
    /// <summary>What is wrong with the segments of some bytes; null for nothing.</summary>
    /// <param name="constraints">The device's.</param>
    /// <param name="segments">What it is to be given.</param>
    /// <param name="home">The bytes; empty where they are not known.</param>
    /// <param name="length">How many there are.</param>
    internal static string? Wrong(in DmaConstraints constraints, ReadOnlySpan<DmaSegment> segments, scoped in PfnView home, long length)
    {
        long sum = 0;
        foreach (DmaSegment segment in segments) sum += segment.Length;
        if (sum != length) return $"{segments.Length} segments hold {sum} bytes where {length} are mapped";
        if (home.IsEmpty ? constraints.Satisfies(segments) : constraints.Satisfies(segments, home)) return null;

        if (constraints.MaxSegmentCount > 0 && segments.Length > constraints.MaxSegmentCount) return $"{segments.Length} segments, and it takes {constraints.MaxSegmentCount}";
        for (int i = 0; i < segments.Length; i++)
        {
            DmaSegment segment = segments[i];
            string which = $"segment {i}, {segment},";
            if (constraints.MaxSegmentSize > 0 && segment.Length > constraints.MaxSegmentSize) return $"{which} is longer than the {constraints.MaxSegmentSize} bytes that it takes";
            ulong mask = constraints.SegmentBoundaryMask, first = segment.Address.Value;
            if (mask != 0 && segment.Length > 0 && (ulong)segment.Length - 1 > mask - (first & mask)) return $"{which} crosses a multiple of {mask + 1}, which it cannot";
            if (!constraints.Window.Contains(segment.Address, Math.Max(1, segment.Length))) return $"{which} lies outside {constraints.Window}";
        }

        return $"the segments break {constraints}";
    }
}
