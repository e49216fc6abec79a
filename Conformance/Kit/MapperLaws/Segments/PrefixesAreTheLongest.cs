using System.Linq;
using DmaMapping;

namespace Conformance;

/// <summary>That a prefix ends where it must; of mappers that do not copy, and so have no choice to make.</summary>
public sealed class PrefixesAreTheLongest() : MappingLaw(
    "prefixes are the longest",
    "no longer prefix than the one that is mapped could be mapped with the same span",
    without: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override int Cases => 300;

    /// <inheritdoc/>
    public override double LeastShare => 0.1;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        int room = 1 + (one.Part.From % 5);
        MapperRig rig = make(one);
        MapResult prefix = rig.Map(one, 0, one.Home.Length, room, out _);
        if (prefix.IsMapped) rig.Mapper.Unmap(prefix.Token);
        long mapped = prefix.IsMapped ? prefix.Length : 0;
        if (mapped == one.Home.Length) return LawOutcome.Idle;
        MapperCase whole = one with { Options = MapOptions.None };
        long[] steps = [1, 2, 4, 512, 1024, 1536, 2048, 4096, 8192, 65536, one.Home.Length - mapped, 4096 - (one.Home.Offset % 4096)];
        foreach (long length in steps.Select(step => mapped + step).Where(length => length > mapped && length <= one.Home.Length))
        {
            MapResult longer = rig.Map(whole, 0, length, room, out _);
            if (longer.IsMapped) return LawOutcome.Broken($"a prefix of {mapped} bytes in a span of {room}", $"{length} bytes, which can be mapped");
        }

        return LawOutcome.HeldIf(prefix.IsMapped);
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with { Options = MapOptions.Prefix };
}
