using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="MapOptions.TakesTurns"/> promises.</summary>
public sealed class TurnsAreWhatSyncsMake() : MappingLaw(
    "turns are what syncs make",
    "a copy for a device that takes turns is refreshed and brought home by syncs alone: unmapping brings nothing home; and two such copies of one byte may stand beside each other",
    needs: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        if (one.Home.HasDuplicates) return LawOutcome.Idle;
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 10);
        var parts = new MapPart[2048];
        int count = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts).PartCount;
        MapResult result = rig.Map(one, out DmaSegment[] segments), beside = rig.Map(one, out DmaSegment[] others);
        if (!result.IsMapped || result.BouncedBytes == 0 || count > parts.Length) return LawOutcome.Idle;
        if (beside.Status == MapStatus.WouldDiverge) return LawOutcome.Broken("WouldDiverge for a second mapping that takes turns");

        byte[] before = HomeBytes.Read(rig.Memory, one.Home), written = HomeBytes.Noise(result.Length, 86);
        DeviceBytes.Write(rig.Bus, segments, 0, written);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        if (Differs(parts.Take(count), home, before) is { } early) return LawOutcome.Broken($"the device wrote, nobody synced, and {early}");
        (long at, long length) = one.PartOf(result.Length);
        rig.Mapper.SyncForCpu(result.Token, at, length);
        home = HomeBytes.Read(rig.Memory, one.Home);
        if (HomeBytes.Differ(home.AsSpan((int)at, (int)length).ToArray(), written, at) is { } stale) return LawOutcome.Broken($"a turn of {length} bytes at {at} ended, and the CPU reads {stale}");
        if (beside.IsMapped)
        {
            rig.Mapper.SyncForDevice(beside.Token, at, length);
            if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, others, at, length), home, at) is { } old) return LawOutcome.Broken($"the other's turn began, and it reads {old}");
            rig.Mapper.Unmap(beside.Token);
        }

        DeviceBytes.Write(rig.Bus, segments, 0, HomeBytes.Noise(result.Length, 87));
        byte[] last = HomeBytes.Read(rig.Memory, one.Home);
        rig.Mapper.Unmap(result.Token);
        return Differs(parts.Take(count), HomeBytes.Read(rig.Memory, one.Home), last) is { } late ? LawOutcome.Broken($"unmapped, and {late}") : LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short() with { Options = MapOptions.TakesTurns, Direction = DmaDirection.Bidirectional };

    private static string? Differs(IEnumerable<MapPart> parts, byte[] home, byte[] expected)
    {
        foreach (MapPart part in parts.Where(part => part.Treatment == MapTreatment.Bounced))
        {
            if (!home.AsSpan((int)part.Offset, (int)part.Length).SequenceEqual(expected.AsSpan((int)part.Offset, (int)part.Length))) return $"the copy of {part} went home";
        }

        return null;
    }
}
