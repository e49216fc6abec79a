using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="IDmaMapper.SyncForDevice"/> promises, and mapping itself.</summary>
public sealed class DeviceReadsWhatTheCpuWrote() : MappingLaw(
    "the device reads what the CPU wrote",
    "the device reads what the CPU wrote before mapping, and after a sync what it wrote since; nothing changes at home that nobody wrote")
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 1);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;

        if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, 0, result.Length), home, 0) is { } mapped) return LawOutcome.Broken($"mapped, the device reads {mapped}");
        if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), home, 0) is { } changed) return LawOutcome.Broken($"mapping changed the home: {changed}");

        (long at, long length) = one.PartOf(result.Length);
        HomeBytes.Write(rig.Memory, one.Home, at, HomeBytes.Noise(length, 77));
        home = HomeBytes.Read(rig.Memory, one.Home);
        if (result.NeedsSync) rig.Mapper.SyncForDevice(result.Token, at, length);
        if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, at, length), home, at) is { } stale) return LawOutcome.Broken($"the CPU wrote {length} bytes at {at}, and the device reads {stale}");
        if (result.NeedsSync) rig.Mapper.SyncForCpu(result.Token, at, length);
        rig.Mapper.Unmap(result.Token);
        return HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), home, 0) is { } left ? LawOutcome.Broken($"unmapping changed bytes that the device did not write: {left}") : LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short() with { Direction = one.Direction | DmaDirection.ToDevice };
}
