using System;
using System.Linq;
using DmaMapping;

namespace Conformance;

/// <summary>That a shortage is a status, and nothing else; and that a refusal for the reach of a frame names the first that is out of it.</summary>
public sealed class RefusalsChangeNothing() : MappingLaw(
    "refusals change nothing",
    "a refused mapping changes nothing: no state of the mapper, no byte, and not what a plan says; and the frame that it blames is to blame",
    MapperCapabilities.None)
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MappedView looked = one.Short().Home;
        HomeBytes.Scribble(rig.Memory, looked, 5);
        byte[] home = HomeBytes.Read(rig.Memory, looked), beside = HomeBytes.Beside(rig.Memory, looked);
        RigState before = rig.State();
        MapResult result = rig.Map(one, out _);
        if (result.IsMapped) return LawOutcome.Idle;
        if (result.Status == MapStatus.NotMapped) return LawOutcome.Broken("NotMapped", "a status that says why");
        if (rig.State() != before) return LawOutcome.Broken($"{result.Status} changed {before} to {rig.State()}");
        MapResult again = rig.Map(one, out _);
        if ((again.Status, again.FailedFrame, again.SegmentsNeeded) != (result.Status, result.FailedFrame, result.SegmentsNeeded)) return LawOutcome.Broken($"asked again: {again}", $"{result}");
        bool named = result.Status is not (MapStatus.UnreachableFrame or MapStatus.Unaligned) || (result.FailedFrame >= 0 && result.FailedFrame < one.Home.Frames.Length);
        if (!named) return LawOutcome.Broken($"{result}", "the frame that it is about");
        if (result.Status == MapStatus.Unaligned && IsAlwaysAligned(one)) return LawOutcome.Broken($"{result}", "another status: the device takes any alignment, and nothing keeps it from the rest of a frame");

        // Who brings frames together by copies blames one that cannot be copied, though alone it would need no copy.
        if (result.Status == MapStatus.UnreachableFrame && !one.CanBounce && WronglyBlamed(rig, one, result.FailedFrame) is { } wrongly) return LawOutcome.Broken($"{result}", wrongly);
        return HomeBytes.Read(rig.Memory, looked).SequenceEqual(home) && HomeBytes.Beside(rig.Memory, looked).SequenceEqual(beside) ? LawOutcome.Held : LawOutcome.Broken($"{result.Status} changed bytes");
    }

    /// <summary>Whether no mapping can be refused for how it is aligned.</summary>
    private static bool IsAlwaysAligned(MapperCase one) => one.IsTrusted && (one.Capabilities & MapperCapabilities.SubPage) == 0 && one.Rules.Alignment <= 1 && one.Rules.Granularity <= 1 && one.Rules.OffsetPreservingMask == 0;

    /// <summary>Whether the frame is mapped when it is asked for alone, or those before it are refused for the same reason without it; null where it is rightly blamed.</summary>
    private static string? WronglyBlamed(MapperRig rig, MapperCase one, int frame)
    {
        long page = one.Home.PageSize.Bytes, offset = one.Home.Offset;
        long first = Math.Max(0, (frame * page) - offset), end = Math.Min(one.Home.Length, ((frame + 1) * page) - offset);
        MapResult alone = rig.Map(one, first, end - first, int.MaxValue, out _);
        if (alone.IsMapped) return "another frame: alone that one is mapped";
        if (first == 0) return null;
        MapResult before = rig.Map(one, 0, first, int.MaxValue, out _);
        if (before.IsMapped) rig.Mapper.Unmap(before.Token);
        return before.Status == MapStatus.UnreachableFrame ? $"frame {before.FailedFrame}, which is told where that one is left away" : null;
    }
}
