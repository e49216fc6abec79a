using System.Linq;
using DmaMapping;

namespace Conformance;

/// <summary>That a shortage is a status, and nothing else.</summary>
public sealed class RefusalsChangeNothing() : MappingLaw(
    "refusals change nothing",
    "a refused mapping changes nothing: no state of the mapper, no byte, and not what a plan says",
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
        return HomeBytes.Read(rig.Memory, looked).SequenceEqual(home) && HomeBytes.Beside(rig.Memory, looked).SequenceEqual(beside) ? LawOutcome.Held : LawOutcome.Broken($"{result.Status} changed bytes");
    }
}
