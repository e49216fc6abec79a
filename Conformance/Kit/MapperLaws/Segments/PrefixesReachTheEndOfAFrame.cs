using System;
using DmaMapping;

namespace Conformance;

/// <summary>That a prefix is not cut into crumbs; of mappers that copy, whose choice it is where copies lie.</summary>
public sealed class PrefixesReachTheEndOfAFrame() : MappingLaw(
    "prefixes reach the end of a frame",
    "a prefix is no shorter than the part of the view in its first frame, where that part alone can be mapped with the same span",
    needs: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        int room = 1 + (one.Part.From % 5);
        MapperRig rig = make(one);
        MapResult prefix = rig.Map(one, 0, one.Home.Length, room, out _);
        if (prefix.IsMapped) rig.Mapper.Unmap(prefix.Token);
        long mapped = prefix.IsMapped ? prefix.Length : 0, first = Math.Min(one.Home.Length, 4096 - (one.Home.Offset % 4096));
        if (mapped >= first) return LawOutcome.HeldIf(mapped < one.Home.Length || room == 1);
        MapResult alone = rig.Map(one with { Options = MapOptions.None }, 0, first, room, out _);
        return alone.IsMapped ? LawOutcome.Broken($"a prefix of {mapped} bytes in a span of {room}", $"{first} bytes, which can be mapped") : LawOutcome.Idle;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with { Options = MapOptions.Prefix };
}
