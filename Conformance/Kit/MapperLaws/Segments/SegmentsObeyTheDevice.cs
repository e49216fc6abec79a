using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Invariant I2, by the word of two checkers that share no code.</summary>
public sealed class SegmentsObeyTheDevice() : MappingLaw(
    "segments obey the device",
    "segments obey everything that the device can take, and stand for exactly the mapped bytes, in order; what is refused has no token and no segments")
{
    /// <inheritdoc/>
    public override int Cases => 300;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped)
            return result.Token.IsNone && result.SegmentCount == 0 ? LawOutcome.Idle : LawOutcome.Broken($"{result.Token}, {result.SegmentCount} segments after {result.Status}", "no token and no segments");
        if (result.Token.IsNone) return LawOutcome.Broken("mapped, and no token", "a token");
        if (result.Length < 1 || result.Length > one.Home.Length) return LawOutcome.Broken($"{result.Length} bytes are mapped of {one.Home.Length}", $"1 to {one.Home.Length}");
        if ((one.Options & MapOptions.Prefix) == 0 && result.Length != one.Home.Length) return LawOutcome.Broken($"{result.Length} bytes are mapped", $"all {one.Home.Length}: no prefix was asked for");
        if (result.BouncedBytes < 0 || result.BouncedBytes > result.Length) return LawOutcome.Broken($"{result.BouncedBytes} of {result.Length} bytes are bounced", $"0 to {result.Length}");
        if (segments.Sum(segment => segment.Length) != result.Length) return LawOutcome.Broken($"segments of {segments.Sum(segment => segment.Length)} bytes", $"{result.Length}");
        string told = string.Join(", ", segments.Take(8)) + (segments.Length > 8 ? ", ..." : string.Empty);
        if (NaiveDevice.Refusal(one.Constraints, segments) is { } refusal) return LawOutcome.Broken($"{told}: {refusal}", $"what [{one.Constraints}] allows");
        if (!one.Constraints.Satisfies(segments, one.View.Slice(0, result.Length))) return LawOutcome.Broken(told, $"what [{one.Constraints}] allows, for these bytes");
        return LawOutcome.HeldIf(one.Rules != default || segments.Length > 1);
    }
}
