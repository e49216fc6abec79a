using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Invariant I1, for mappings of one mapper.</summary>
public sealed class MappingsLeaveEachOtherAlone() : MappingLaw(
    "mappings leave each other alone",
    "what one mapping's device reads and writes is the same whether another one is made, used and ended beside it, in either order")
{
    /// <inheritdoc/>
    public override double LeastShare => 0.2;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperCase other = one with { Home = one.Home.Elsewhere(), Direction = DmaDirection.Bidirectional };
        if (one.Home.HasDuplicates || other.Home.HasDuplicates || one.Home.Frames.Intersect(other.Home.Frames).Any()) return LawOutcome.Idle;
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 9);
        HomeBytes.Scribble(rig.Memory, other.Home, 1009);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home), elsewhere = HomeBytes.Read(rig.Memory, other.Home);
        MapResult first = rig.Map(one, out DmaSegment[] segments), second = rig.Map(other, out DmaSegment[] others);
        if (!first.IsMapped || !second.IsMapped) return LawOutcome.Idle;
        if (first.Token == second.Token) return LawOutcome.Broken($"two live mappings are {first.Token}", "a token each");

        byte[] written = HomeBytes.Noise(second.Length, 84);
        DeviceBytes.Write(rig.Bus, others, 0, written);
        written.CopyTo(elsewhere, 0);
        if (Broken(rig, one, first, segments, home) is { } beside) return LawOutcome.Broken($"the other device wrote: {beside}");
        if (one.Part.From % 2 == 0)
        {
            rig.Mapper.Unmap(second.Token);
            if (Broken(rig, one, first, segments, home) is { } after) return LawOutcome.Broken($"the other mapping ended: {after}");
            rig.Mapper.Unmap(first.Token);
        }
        else
        {
            rig.Mapper.Unmap(first.Token);
            if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, others, 0, second.Length), elsewhere, 0) is { } after) return LawOutcome.Broken($"the first mapping ended: the other device reads {after}");
            rig.Mapper.Unmap(second.Token);
        }

        if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), home, 0) is { } lost) return LawOutcome.Broken($"in the end the first home has {lost}");
        return HomeBytes.Differ(HomeBytes.Read(rig.Memory, other.Home), elsewhere, 0) is { } missing ? LawOutcome.Broken($"in the end the other home has {missing}") : LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short();

    private static string? Broken(MapperRig rig, MapperCase one, in MapResult result, DmaSegment[] segments, byte[] home)
    {
        if ((one.Direction & DmaDirection.ToDevice) != 0 && HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, 0, result.Length), home, 0) is { } read) return $"the device reads {read}";
        return HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), home, 0) is { } stands ? $"at home stands {stands}" : null;
    }
}
