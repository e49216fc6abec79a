using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Invariant I6 for what lies beside a mapping.</summary>
public sealed class NeighboursAreOutOfReach() : MappingLaw(
    "neighbours are out of reach",
    "the 4 KiB granules before and behind those of a mapping fault, and so does address 0",
    needs: MapperCapabilities.Translates)
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;
        var mapped = new HashSet<ulong>(DeviceReach.GranulesOf(one, result.Length, segments).Keys);
        foreach (ulong neighbour in mapped.SelectMany(granule => new[] { granule - 4096, granule + 4096 }).Append(0ul).Where(granule => !mapped.Contains(granule)).Distinct().ToList())
        {
            if (DeviceReach.Faults(rig, neighbour + 9, MemoryAccess.Read, FaultReason.NotMapped, "beside the mapping") is { } read) return read;
            if (DeviceReach.Faults(rig, neighbour + 4000, MemoryAccess.Write, FaultReason.NotMapped, "beside the mapping") is { } write) return write;
        }

        return LawOutcome.Held;
    }
}
