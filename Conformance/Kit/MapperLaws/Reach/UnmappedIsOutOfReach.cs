using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="IDmaMapper.Unmap"/> promises of reach: strictness.</summary>
public sealed class UnmappedIsOutOfReach() : MappingLaw(
    "unmapped is out of reach",
    "when unmapping returns every granule faults, though the device has just been everywhere",
    needs: MapperCapabilities.Translates,
    without: MapperCapabilities.Lazy)
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;
        ulong[] granules = [.. DeviceReach.GranulesOf(one, result.Length, segments).Keys];
        foreach (ulong granule in granules)
        {
            // A device that has been everywhere has as much as fits in the IOTLB.
            DeviceReach.Reaches(rig, granule, MemoryAccess.Read);
            DeviceReach.Reaches(rig, granule + 4095, MemoryAccess.Write);
        }

        rig.Mapper.Unmap(result.Token);
        foreach (ulong granule in granules)
        {
            if (DeviceReach.Faults(rig, granule + 1, MemoryAccess.Read, FaultReason.NotMapped, "unmapped") is { } read) return read;
            if (DeviceReach.Faults(rig, granule + 2, MemoryAccess.Write, FaultReason.NotMapped, "unmapped") is { } write) return write;
        }

        return LawOutcome.Held;
    }
}
