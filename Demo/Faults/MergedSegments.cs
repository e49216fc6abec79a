using System;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>
/// Segments that touch are merged whatever the device's boundary mask says, as a mapper would that forgot the mask: where
/// the device's address counter wraps, it comes back to bytes that it had already.
/// </summary>
internal sealed class MergedSegments(IDmaMapper inner) : PlantedFault(inner)
{
    internal override string Needs => "a picture of more than 64 KiB";

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = Inner.Map(view, direction, segments, options);
        if (!result.IsMapped) return result;
        int last = 0;
        for (int i = 1; i < result.SegmentCount; i++)
        {
            DmaSegment left = segments[last], right = segments[i];
            if (left.Address + left.Length == right.Address)
            {
                segments[last] = new DmaSegment(left.Address, left.Length + right.Length);
                Planted++;
            }
            else
            {
                segments[++last] = right;
            }
        }

        return result with { SegmentCount = last + 1 };
    }
}
