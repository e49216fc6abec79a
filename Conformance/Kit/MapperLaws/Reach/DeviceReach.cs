using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Probes of what the device of a rig reaches, a byte at a time.</summary>
internal static class DeviceReach
{
    /// <summary>For each granule of a mapping, the home of the first of its bytes, and that byte's offset in the view.</summary>
    internal static Dictionary<ulong, (ulong First, long Offset)> GranulesOf(MapperCase one, long mappedLength, DmaSegment[] segments)
    {
        var granules = new Dictionary<ulong, (ulong First, long Offset)>();
        foreach ((long offset, ulong address, int length) in one.Home.Pieces())
        {
            if (offset >= mappedLength) break;
            ulong iova = DeviceBytes.AddressOf(segments, offset);
            if ((iova & 4095) != (address & 4095)) throw new LawViolatedException($"byte {offset} moved in its frame, from {address:x} to {iova:x}");
            if (granules.ContainsKey(iova & ~4095ul)) throw new LawViolatedException($"two granules of the view are at {iova & ~4095ul:x}");
            granules.Add(iova & ~4095ul, (address, offset));
        }

        return granules;
    }

    /// <summary>Whether the device comes to a byte.</summary>
    internal static bool Reaches(MapperRig rig, ulong address, MemoryAccess access)
    {
        Span<byte> one = stackalloc byte[1];
        if (access == MemoryAccess.Read) return rig.Bus.TryRead(new DmaAddress(address), one);
        return rig.Bus.TryWrite(new DmaAddress(address), one);
    }

    /// <summary>Tries one byte that the device must come to; what is wrong otherwise.</summary>
    internal static LawOutcome? Kept(MapperRig rig, ulong address, MemoryAccess access, string where)
        => Reaches(rig, address, access) ? null : LawOutcome.Broken($"{where}, {access} at {address:x} is refused", "what was mapped for it");

    /// <summary>Tries one byte that must fault; on the library's bus also looks at the fault and at the log.</summary>
    internal static LawOutcome? Faults(MapperRig rig, ulong address, MemoryAccess access, FaultReason reason, string where)
    {
        if (rig.KnownPort is not { } port)
            return Reaches(rig, address, access) ? LawOutcome.Broken($"{where}, {access} at {address:x} is let through", "a fault") : null;

        if (!rig.Device.Constraints.Window.Contains(new DmaAddress(address), 1)) reason = FaultReason.BeyondDevice;
        else if (rig.Domain is not null && address >> rig.Format.Walker.InputBits != 0) reason = FaultReason.BeyondTables;
        long faults = port.Faults.Count;
        Span<byte> one = stackalloc byte[1];
        bool through = access == MemoryAccess.Read ? port.TryRead(new DmaAddress(address), one, out DmaFault fault) : port.TryWrite(new DmaAddress(address), one, out fault);
        if (through) return LawOutcome.Broken($"{where}, {access} at {address:x} is let through", $"the fault {reason}");
        bool told = fault.Requester == rig.Device.Requester && fault.Address.Value == address && fault.Access == access && fault.Reason == reason;
        if (!told) return LawOutcome.Broken($"{where}, {access} at {address:x}: {fault}", $"the fault {reason}");
        IReadOnlyList<DmaFault> log = port.Faults.Recent();
        return port.Faults.Count == faults + 1 && log[log.Count - 1].Equals(fault) ? null : LawOutcome.Broken($"{fault} is not in the log", "it is");
    }
}
