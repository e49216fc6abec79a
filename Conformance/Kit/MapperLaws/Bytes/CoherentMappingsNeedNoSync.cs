using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What a mapper that never copies promises.</summary>
public sealed class CoherentMappingsNeedNoSync() : MappingLaw(
    "coherent mappings need no sync",
    "no mapping says that it needs a sync, and the CPU and the device see at once what the other wrote",
    needs: MapperCapabilities.Coherent)
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 6);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;
        if (result.NeedsSync) return LawOutcome.Broken($"{result}, and it needs syncs");
        (long at, long length) = one.PartOf(result.Length);
        if ((one.Direction & DmaDirection.ToDevice) != 0)
        {
            HomeBytes.Write(rig.Memory, one.Home, at, HomeBytes.Noise(length, 81));
            byte[] home = HomeBytes.Read(rig.Memory, one.Home);
            if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, at, length), home, at) is { } stale) return LawOutcome.Broken($"the CPU wrote {length} bytes at {at}, and the device reads {stale}");
        }

        if ((one.Direction & DmaDirection.FromDevice) == 0 || one.Home.HasDuplicates) return LawOutcome.Held;
        byte[] written = HomeBytes.Noise(length, 82), expected = HomeBytes.Read(rig.Memory, one.Home);
        written.CopyTo(expected, (int)at);
        DeviceBytes.Write(rig.Bus, segments, at, written);
        return HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), expected, 0) is { } lost ? LawOutcome.Broken($"the device wrote {length} bytes at {at}, and the CPU reads {lost}") : LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short();
}
