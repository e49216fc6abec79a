using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What a device behind an IOMMU reaches while a mapping lives, and after (I6).</summary>
public static class ReachLaws
{
    /// <summary>The tables lead to exactly the granules of the mapping, in the direction asked for, or what the format makes of that.</summary>
    public static Law<MapperCase> TablesHoldExactlyTheMapping(MakeRig make) => new("tables hold exactly the mapping", MapperCases.Translated, one =>
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return null;
        Dictionary<ulong, (ulong First, long Offset)> expected = GranulesOf(one, result.Length, segments);
        SortedDictionary<ulong, ReachablePage> reached = rig.Granules();
        DmaDirection granted = rig.Format.Granted(one.Direction);
        foreach (ReachablePage page in reached.Values)
        {
            if (!expected.TryGetValue(page.Iova, out (ulong First, long Offset) home)) return $"{page} is reachable and in no mapping";
            if (page.Reads != ((granted & DmaDirection.ToDevice) != 0) || page.Writes != ((granted & DmaDirection.FromDevice) != 0)) return $"{page} is mapped {one.Direction}";
            bool inPool = page.Physical >= RigMemory.Pool && page.Physical < RigMemory.Pool + (ulong)(one.PoolSlots * 4096L);
            if (!inPool && page.Physical != (home.First & ~4095ul)) return $"{page} should lead to {home.First:x}, byte {home.Offset}";
            if (inPool && !one.CanBounce) return $"{page} leads into a pool";
            if (page.Iova == 0 || rig.Format.Walker.IsInterrupt(page.Iova)) return $"{page} is where no mapping may be";
        }

        return reached.Count == expected.Count ? null : $"{expected.Count} granules are mapped, {reached.Count} are reachable";
    });

    /// <summary>Wrong directions and neighbours fault while a mapping lives; all of it faults once it does not, though it was in the IOTLB.</summary>
    public static Law<MapperCase> OnlyLiveMappingsAreReachable(MakeRig make) => new("only live mappings are reachable", MapperCases.Translated, one =>
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return null;
        ulong[] granules = [.. GranulesOf(one, result.Length, segments).Keys];

        // A device that has been everywhere has as much as fits in the IOTLB.
        DmaDirection granted = rig.Format.Granted(one.Direction);
        bool reads = (granted & DmaDirection.ToDevice) != 0, writes = (granted & DmaDirection.FromDevice) != 0;
        foreach (ulong granule in granules)
        {
            if (reads && Refused(rig, granule, MemoryAccess.Read) is { } read) return $"live: {read}";
            if (writes && Refused(rig, granule + 4095, MemoryAccess.Write) is { } write) return $"live: {write}";
            if (!reads && Wrong(rig, one, granule + 7, MemoryAccess.Read, FaultReason.NoReadAccess) is { } noRead) return noRead;
            if (!writes && Wrong(rig, one, granule + 8, MemoryAccess.Write, FaultReason.NoWriteAccess) is { } noWrite) return noWrite;
        }

        var mapped = new HashSet<ulong>(granules);
        foreach (ulong neighbour in granules.SelectMany(granule => new[] { granule - 4096, granule + 4096 }).Where(granule => !mapped.Contains(granule)))
        {
            if (Wrong(rig, one, neighbour + 9, MemoryAccess.Read, FaultReason.NotMapped) is { } fault) return $"beside the mapping: {fault}";
        }

        rig.Mapper.Unmap(result.Token);
        foreach (ulong granule in granules)
        {
            if (Wrong(rig, one, granule + 1, MemoryAccess.Read, FaultReason.NotMapped) is { } read) return $"unmapped: {read}";
            if (Wrong(rig, one, granule + 2, MemoryAccess.Write, FaultReason.NotMapped) is { } write) return $"unmapped: {write}";
        }

        return null;
    });

    /// <summary>For each granule of a mapping, the home of the first of its bytes, and that byte's offset in the view.</summary>
    internal static Dictionary<ulong, (ulong First, long Offset)> GranulesOf(MapperCase one, long mappedLength, DmaSegment[] segments)
    {
        var granules = new Dictionary<ulong, (ulong First, long Offset)>();
        foreach ((long offset, ulong address, int length) in one.Home.Pieces())
        {
            if (offset >= mappedLength) break;
            ulong iova = DeviceBytes.AddressOf(segments, offset);
            if ((iova & 4095) != (address & 4095)) throw new LawViolatedException($"byte {offset} moved in its frame, from {address:x} to {iova:x}");
            granules.Add(iova & ~4095ul, (address, offset));
        }

        return granules;
    }

    private static string? Refused(MapperRig rig, ulong address, MemoryAccess access)
        => Reach(rig, address, access, out DmaFault fault) ? null : fault.ToString();

    /// <summary>Tries one byte that must fault, and looks at the fault and at the log.</summary>
    private static string? Wrong(MapperRig rig, MapperCase one, ulong address, MemoryAccess access, FaultReason reason)
    {
        if (!one.Window.Contains(new DmaAddress(address), 1)) reason = FaultReason.BeyondDevice;
        else if (address >> rig.Format.Walker.InputBits != 0) reason = FaultReason.BeyondTables;
        long faults = rig.Port.Faults.Count;
        if (Reach(rig, address, access, out DmaFault fault)) return $"{access} at {address:x} is let through";
        bool told = fault.Requester == rig.Device.Requester && fault.Address.Value == address && fault.Access == access && fault.Reason == reason;
        if (!told) return $"{access} at {address:x} should be {reason}: {fault}";
        IReadOnlyList<DmaFault> log = rig.Port.Faults.Recent();
        return rig.Port.Faults.Count == faults + 1 && log[log.Count - 1].Equals(fault) ? null : "the fault is not in the log";
    }

    private static bool Reach(MapperRig rig, ulong address, MemoryAccess access, out DmaFault fault)
    {
        Span<byte> one = stackalloc byte[1];
        return access == MemoryAccess.Read
            ? rig.Port.TryRead(new DmaAddress(address), one, out fault)
            : rig.Port.TryWrite(new DmaAddress(address), one, out fault);
    }
}
