using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// The fewest segments that cover rows of addresses, found by trying every cut at a multiple of the greatest unit that all limits share. It knows
/// nothing of greed, and shares no code with the segmenter.
/// </summary>
internal static class FewestSegments
{
    /// <summary>More units than this in a row take too long.</summary>
    private const int MostUnits = 2500;

    /// <summary>Segments that follow each other, as rows.</summary>
    internal static IReadOnlyList<(ulong Start, long Length)> RowsOf(IEnumerable<DmaSegment> segments)
    {
        var rows = new List<(ulong Start, long Length)>();
        foreach (DmaSegment segment in segments)
        {
            if (rows.Count > 0 && segment.Address.Value != 0 && rows[rows.Count - 1].Start + (ulong)rows[rows.Count - 1].Length == segment.Address.Value)
                rows[rows.Count - 1] = (rows[rows.Count - 1].Start, rows[rows.Count - 1].Length + segment.Length);
            else
                rows.Add((segment.Address.Value, segment.Length));
        }

        return rows;
    }

    /// <summary>The fewest segments for all rows; null where there are none, or too many cuts to try.</summary>
    internal static int? Of(in DmaConstraints constraints, IReadOnlyList<(ulong Start, long Length)> rows)
    {
        int all = 0;
        foreach ((ulong start, long length) in rows)
        {
            if (Of(constraints, start, length) is not { } some) return null;
            all += some;
        }

        return all;
    }

    private static int? Of(in DmaConstraints constraints, ulong start, long length)
    {
        long most = constraints.MaxSegmentSize == 0 ? length : Math.Min(length, constraints.MaxSegmentSize);
        ulong block = constraints.SegmentBoundaryMask == ulong.MaxValue ? 0 : constraints.SegmentBoundaryMask == 0 ? 0 : constraints.SegmentBoundaryMask + 1;
        if (most == length && (block == 0 || start / block == (start + (ulong)length - 1) / block)) return 1;
        long unit = Shared(Shared(length, most), (long)((start | block) & (~(start | block) + 1)));
        if (length / unit > MostUnits) return null;
        int units = (int)(length / unit), longest = (int)(most / unit);
        var fewest = new int[units + 1];
        for (int end = 1; end <= units; end++)
        {
            fewest[end] = int.MaxValue;
            for (int from = end - 1; from >= 0 && end - from <= longest; from--)
            {
                ulong first = start + (ulong)(from * unit), last = start + (ulong)(end * unit) - 1;
                if (block != 0 && first / block != last / block) break;
                if (fewest[from] == int.MaxValue || first % constraints.Alignment != 0 || (last - first + 1) % (ulong)constraints.Granularity != 0) continue;
                fewest[end] = Math.Min(fewest[end], fewest[from] + 1);
            }
        }

        return fewest[units] == int.MaxValue ? null : fewest[units];
    }

    /// <summary>The greatest common divisor; the other number where one is 0.</summary>
    private static long Shared(long a, long b) => b == 0 ? a : Shared(b, a % b);
}
