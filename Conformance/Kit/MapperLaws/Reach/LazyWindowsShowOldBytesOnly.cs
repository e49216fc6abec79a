using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What a lazy mapper promises instead of strictness.</summary>
public sealed class LazyWindowsShowOldBytesOnly() : MappingLaw(
    "lazy windows show old bytes only",
    "until the window has passed, what was unmapped faults or shows its old home, never what was mapped since elsewhere; then it faults",
    needs: MapperCapabilities.Translates | MapperCapabilities.Lazy)
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 21);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;
        Dictionary<ulong, (ulong First, long Offset)> granules = DeviceReach.GranulesOf(one, result.Length, segments);
        foreach (ulong granule in granules.Keys) DeviceReach.Reaches(rig, granule, MemoryAccess.Read);
        rig.Mapper.Unmap(result.Token);

        MapperCase next = one with { Home = one.Home.Elsewhere(), Direction = DmaDirection.Bidirectional };
        HomeBytes.Scribble(rig.Memory, next.Home, 1021);
        MapResult since = rig.Map(next, out DmaSegment[] others);
        bool apart = !one.Home.Frames.Intersect(next.Home.Frames).Any();
        bool stale = false;
        HashSet<ulong> used = since.IsMapped ? [.. DeviceReach.GranulesOf(next, since.Length, others).Keys] : [];
        var seen = new byte[1];
        foreach ((ulong granule, (ulong first, long offset)) in granules.Select(g => (g.Key, g.Value)))
        {
            if (!apart || used.Contains(granule) || !rig.Bus.TryRead(new DmaAddress(granule + (first % 4096)), seen)) continue;
            stale = true;
            if (seen[0] != home[offset]) return LawOutcome.Broken($"unmapped, byte {offset} is 0x{seen[0]:x2}", $"a fault, or its old 0x{home[offset]:x2}");
        }

        if (since.IsMapped)
        {
            byte[] now = HomeBytes.Read(rig.Memory, next.Home);
            if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, others, 0, since.Length), now, 0) is { } other) return LawOutcome.Broken($"mapped within another's window, the device reads {other}");
            rig.Mapper.Unmap(since.Token);
        }

        rig.Settle();
        foreach (ulong granule in granules.Keys)
        {
            if (DeviceReach.Faults(rig, granule + 1, MemoryAccess.Read, FaultReason.NotMapped, "the window has passed") is { } read) return read;
            if (DeviceReach.Faults(rig, granule + 2, MemoryAccess.Write, FaultReason.NotMapped, "the window has passed") is { } write) return write;
        }

        return LawOutcome.HeldIf(stale || !apart || since.IsMapped);
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short();
}
