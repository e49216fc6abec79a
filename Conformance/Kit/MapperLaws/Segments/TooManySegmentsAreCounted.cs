using DmaMapping;

namespace Conformance;

/// <summary>What <see cref="MapStatus.TooManySegments"/> tells; of mappers that do not copy, and so have no choice how they cut.</summary>
public sealed class TooManySegmentsAreCounted() : MappingLaw(
    "too many segments are counted",
    "a view of more segments than the device takes is refused with their number, which is that of a device that takes any number",
    without: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one), free = make(one with { Rules = one.Rules with { MaxSegmentCount = 0 } });
        MapResult refused = rig.Map(one, out _), whole = free.Map(one, out _);
        if (whole.Status is MapStatus.NoIovaSpace or MapStatus.NoTableMemory) return LawOutcome.Idle;
        if (!whole.IsMapped || whole.SegmentCount <= one.Rules.MaxSegmentCount)
            return refused.Status == MapStatus.TooManySegments ? LawOutcome.Broken($"{refused}", $"as for a device that takes any number: {whole}") : LawOutcome.Idle;
        if (refused.Status is MapStatus.NoIovaSpace or MapStatus.NoTableMemory) return LawOutcome.Idle;
        return refused.Status == MapStatus.TooManySegments && refused.SegmentsNeeded == whole.SegmentCount
            ? LawOutcome.Held
            : LawOutcome.Broken($"{refused}", $"{MapStatus.TooManySegments}, and {whole.SegmentCount} needed");
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with
    {
        Options = one.Options & MapOptions.ZeroCopy,
        Rules = one.Rules with { MaxSegmentCount = 1 + (one.Part.From % 3), MaxSegmentSize = one.Part.To % 2 == 0 ? 4096 : one.Rules.MaxSegmentSize },
    };
}
