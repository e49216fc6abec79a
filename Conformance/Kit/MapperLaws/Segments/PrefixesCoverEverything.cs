using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="MapOptions.Prefix"/> promises to who works in windows.</summary>
public sealed class PrefixesCoverEverything() : MappingLaw(
    "prefixes cover everything",
    "prefixes of at least a byte follow each other to the end of the view, or to a byte that cannot be mapped at all, and leave nothing behind")
{
    /// <summary>Windows looked at of one view: enough for what differs between them, and not thousands.</summary>
    private const int MostWindows = 40;

    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        int room = 1 + (one.Part.From % 5);
        int windows = 0;
        for (long at = 0; at < one.Home.Length && windows < MostWindows; windows++)
        {
            MapResult result = rig.Map(one, at, one.Home.Length - at, room, out DmaSegment[] segments);
            if (!result.IsMapped)
            {
                // Nothing of the rest can be mapped; so nor can its first byte, or first piece where the device wants whole ones.
                long least = Math.Min(one.Home.Length - at, one.Constraints.Granularity);
                MapResult first = rig.Map(one, at, least, 16, out _);
                return first.IsMapped ? LawOutcome.Broken($"no prefix at {at} ({result.Status}), but {least} bytes there can be mapped") : LawOutcome.HeldIf(windows > 0);
            }

            if (segments.Length > room) return LawOutcome.Broken($"{segments.Length} segments in a span of {room}");
            if (result.Length < 1 || !one.Constraints.Satisfies(segments, one.View.Slice(at, result.Length))) return LawOutcome.Broken($"a window at {at} of {result.Length} bytes: {string.Join(", ", segments)}", $"what [{one.Constraints}] allows");
            rig.Mapper.Unmap(result.Token);
            at += result.Length;
        }

        return rig.State() == before ? LawOutcome.Held : LawOutcome.Broken($"windows changed {before} to {rig.State()}");
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with { Options = one.Options | MapOptions.Prefix };
}
