using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That nothing is special about where memory begins and ends, and about 4 GiB.</summary>
public sealed class EdgesOfMemoryAreAsAnyOther() : MappingLaw(
    "edges of memory are as any other",
    "frames at 0, around 4 GiB and at the top of 2^64 are mapped if they are in reach, in segments that the device takes, and the first and the last byte are where the segments say")
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 7);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        bool inReach = one.Home.Pieces().All(piece => rig.Reaches(piece.Address, piece.Length));
        if (!result.IsMapped)
        {
            bool mayNot = !inReach || one.Rules != default || result.Status is MapStatus.NoBounceSpace or MapStatus.NoIovaSpace or MapStatus.NoTableMemory;
            if ((one.Capabilities & MapperCapabilities.SubPage) != 0 || one.Home.HasDuplicates || mayNot) return LawOutcome.Idle;
            return LawOutcome.Broken($"{result}", "a mapping: every frame is in reach, and the device takes anything");
        }

        if (NaiveDevice.Refusal(one.Constraints, segments) is { } refusal) return LawOutcome.Broken($"{string.Join(", ", segments.Take(4))}: {refusal}", $"what [{one.Constraints}] allows");
        if ((one.Direction & DmaDirection.ToDevice) == 0) return LawOutcome.Held;
        foreach (long at in new[] { 0, result.Length - 1 })
        {
            if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, at, 1), home, at) is { } other) return LawOutcome.Broken($"the device reads {other}");
        }

        return LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short();

    /// <inheritdoc/>
    protected override FsCheck.Arbitrary<MapperCase> From(MapperCapabilities capabilities) => MapperCases.AtEdges(capabilities);
}
