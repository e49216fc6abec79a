using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="IDmaMapper.SyncForCpu"/> and <see cref="IDmaMapper.Unmap"/> promise of bytes.</summary>
public sealed class CpuReadsWhatTheDeviceWrote() : MappingLaw(
    "the CPU reads what the device wrote",
    "the CPU reads what the device wrote, after a sync or unmapping; what the device left alone stays as it was, beside the view too")
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        if (one.Home.HasDuplicates) return LawOutcome.Idle;
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 2);
        byte[] expected = HomeBytes.Read(rig.Memory, one.Home), beside = HomeBytes.Beside(rig.Memory, one.Home);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;

        (long at, long length) = one.PartOf(result.Length);
        byte[] written = HomeBytes.Noise(length, 78);
        DeviceBytes.Write(rig.Bus, segments, at, written);
        written.CopyTo(expected, (int)at);
        (long synced, long much) = (at + (length / 3), length - (length / 3));
        if (result.NeedsSync) rig.Mapper.SyncForCpu(result.Token, synced, much);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        if (HomeBytes.Differ(home.AsSpan((int)synced, (int)much).ToArray(), expected, synced) is { } stale)
            return LawOutcome.Broken($"the device wrote {length} bytes at {at}, {much} at {synced} were synced, and the CPU reads {stale}");
        if (result.NeedsSync) rig.Mapper.SyncForDevice(result.Token, synced, much);

        written = HomeBytes.Noise(Math.Max(1, length / 2), 79);
        DeviceBytes.Write(rig.Bus, segments, at, written);
        written.CopyTo(expected, (int)at);
        rig.Mapper.Unmap(result.Token);
        if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), expected, 0) is { } lost) return LawOutcome.Broken($"unmapped after {length} bytes written at {at}, the CPU reads {lost}");
        return HomeBytes.Beside(rig.Memory, one.Home).SequenceEqual(beside) ? LawOutcome.Held : LawOutcome.Broken("bytes beside the view changed");
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short() with { Direction = one.Direction | DmaDirection.FromDevice };
}
