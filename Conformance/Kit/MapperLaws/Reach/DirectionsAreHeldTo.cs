using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What a direction is, where hardware can hold a device to it.</summary>
public sealed class DirectionsAreHeldTo() : MappingLaw(
    "directions are held to",
    "the device comes to the first and the last byte of what is mapped in the direction asked for, or what the hardware makes of it, and in no other",
    needs: MapperCapabilities.Translates)
{
    /// <inheritdoc/>
    public override double LeastShare => 0.2;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;
        DmaDirection granted = rig.Granted(one.Direction);
        bool reads = (granted & DmaDirection.ToDevice) != 0, writes = (granted & DmaDirection.FromDevice) != 0;
        string where = $"mapped {one.Direction}";
        foreach ((ulong granule, (ulong first, long offset)) in DeviceReach.GranulesOf(one, result.Length, segments).Select(g => (g.Key, g.Value)))
        {
            ulong begin = granule + (first % 4096);
            ulong end = begin + (ulong)Math.Min(4095 - (long)(first % 4096), result.Length - offset - 1);
            LawOutcome? wrong = reads
                ? DeviceReach.Kept(rig, begin, MemoryAccess.Read, where) ?? DeviceReach.Kept(rig, end, MemoryAccess.Read, where)
                : DeviceReach.Faults(rig, begin, MemoryAccess.Read, FaultReason.NoReadAccess, where);
            wrong ??= writes
                ? DeviceReach.Kept(rig, begin, MemoryAccess.Write, where) ?? DeviceReach.Kept(rig, end, MemoryAccess.Write, where)
                : DeviceReach.Faults(rig, end, MemoryAccess.Write, FaultReason.NoWriteAccess, where);
            if (wrong is { } broken) return broken;
        }

        return LawOutcome.HeldIf(!reads || !writes);
    }
}
