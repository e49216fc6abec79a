using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// How few segments pieces can be cut into, and how much of them into so many, by taking at each place the longest segment there can be. It shares
/// no code with the segmenter, and is held against exhaustion; address bits that are kept are none of its business.
/// </summary>
public static class NaiveCuts
{
    /// <summary>What <see cref="Fewest"/> says where there is no way.</summary>
    public const int Impossible = int.MaxValue;

    /// <summary>The fewest segments that cover all bytes; <see cref="Impossible"/> where none do.</summary>
    /// <param name="pieces">The bytes in order, where the device sees them.</param>
    /// <param name="rules">What the device can take; its count is not looked at.</param>
    public static int Fewest(IReadOnlyList<(ulong Address, long Length)> pieces, in DmaConstraints rules)
    {
        int count = 0;
        for (int i = 0; i < pieces.Count;)
        {
            (ulong start, long length) = Stretch(pieces, ref i);
            int of = OfStretch(start, length, rules);
            if (of == Impossible) return Impossible;
            count += of;
        }

        return count;
    }

    /// <summary>The most bytes, counted from the first, that so many segments cover.</summary>
    public static long LongestPrefix(IReadOnlyList<(ulong Address, long Length)> pieces, in DmaConstraints rules, int slots)
    {
        long covered = 0;
        for (int i = 0; i < pieces.Count;)
        {
            (ulong start, long length) = Stretch(pieces, ref i);
            int of = OfStretch(start, length, rules);
            if (of > slots) return covered + PartOf(start, length, rules, slots);
            slots -= of;
            covered += length;
        }

        return covered;
    }

    /// <summary>The pieces from one on that adjoin.</summary>
    private static (ulong Start, long Length) Stretch(IReadOnlyList<(ulong Address, long Length)> pieces, ref int i)
    {
        (ulong start, long length) = pieces[i++];
        while (i < pieces.Count && pieces[i].Address != 0 && pieces[i].Address == start + (ulong)length) length += pieces[i++].Length;
        return (start, length);
    }

    private static int OfStretch(ulong start, long length, in DmaConstraints rules)
    {
        if (length % rules.Granularity != 0) return Impossible;
        int count = 0;
        for (long at = 0; at < length; count++)
        {
            long most = Longest(start + (ulong)at, length - at, rules);
            if (most < length - at) most = Followed(start + (ulong)at, most, rules);
            if (most == 0) return Impossible;
            at += most;
        }

        return count;
    }

    private static long PartOf(ulong start, long length, in DmaConstraints rules, int slots)
    {
        long at = 0, farthest = 0;
        for (; slots > 0 && at < length; slots--)
        {
            long most = Longest(start + (ulong)at, length - at, rules);
            farthest = Math.Max(farthest, at + most);
            long inner = Followed(start + (ulong)at, most, rules);
            if (inner == 0) break;
            at += inner;
        }

        return farthest;
    }

    /// <summary>The longest segment that starts at an address, whatever follows it; 0 where none does.</summary>
    private static long Longest(ulong address, long left, in DmaConstraints rules)
    {
        if (rules.IsBottom || address % rules.Alignment != 0) return 0;
        if (address < rules.Window.First.Value || address > rules.Window.Last.Value) return 0;
        ulong most = Math.Min((ulong)left - 1, rules.Window.Last.Value - address);
        if (rules.SegmentBoundaryMask != 0) most = Math.Min(most, rules.SegmentBoundaryMask - (address % (rules.SegmentBoundaryMask + 1)));
        if (rules.MaxSegmentSize != 0) most = Math.Min(most, (ulong)rules.MaxSegmentSize - 1);
        long length = (long)most + 1;
        return length - (length % rules.Granularity);
    }

    /// <summary>The longest of at most so many bytes that another segment can follow.</summary>
    private static long Followed(ulong address, long most, in DmaConstraints rules)
    {
        while (most > 0)
        {
            long beyond = (long)((address + (ulong)most) % rules.Alignment);
            if (beyond == 0) beyond = most % rules.Granularity;
            if (beyond == 0) return most;
            most -= Math.Min(beyond, most);
        }

        return 0;
    }
}
