using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="MapStatus.SpanTooShort"/> promises.</summary>
public sealed class ShortSpansAreToldHowLong() : MappingLaw(
    "short spans are told how long",
    "a span that is too short is answered with the length that is long enough, and that length is; nothing changed")
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        int room = one.Part.To % 3;
        MapResult result = rig.Map(one, 0, one.Home.Length, room, out DmaSegment[] segments);
        if (segments.Length > room) return LawOutcome.Broken($"{segments.Length} segments in a span of {room}");
        if (result.Status != MapStatus.SpanTooShort) return result.IsMapped || rig.State() == before ? LawOutcome.Idle : LawOutcome.Broken($"{result.Status} changed {before} to {rig.State()}");
        if (rig.State() != before) return LawOutcome.Broken($"a span too short changed {before} to {rig.State()}");
        if (result.SegmentsNeeded <= room) return LawOutcome.Broken($"{room} are too few, but {result.SegmentsNeeded} are needed");
        MapResult again = rig.Map(one, 0, one.Home.Length, result.SegmentsNeeded, out _);
        if (again.Status is MapStatus.NoIovaSpace or MapStatus.NoBounceSpace or MapStatus.NoTableMemory) return LawOutcome.Idle;
        if (!again.IsMapped) return LawOutcome.Broken($"{result.SegmentsNeeded} segments are needed, and with those it is {again}");
        return (one.Options & MapOptions.Prefix) != 0 || again.SegmentCount == result.SegmentsNeeded
            ? LawOutcome.Held
            : LawOutcome.Broken($"{result.SegmentsNeeded} are needed, {again.SegmentCount} are used");
    }
}
