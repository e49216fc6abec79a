using System;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>
/// The driver's oldest bug: a device that writes is mapped as one that only reads. Nothing notices where it reaches the
/// frames themselves; where it works on a copy, the copy never goes home.
/// </summary>
internal sealed class LostWrites(IDmaMapper inner) : PlantedFault(inner)
{
    internal override string Needs => "a device that is bounced";

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = Inner.Map(view, DmaDirection.ToDevice, segments, options);
        if (result.BouncedBytes > 0) Planted++;
        return result;
    }
}
