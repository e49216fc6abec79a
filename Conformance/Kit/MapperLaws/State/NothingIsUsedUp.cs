using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That nothing leaks, found from outside: where little is there, a mapper that loses some of it runs short.</summary>
public sealed class NothingIsUsedUp() : MappingLaw(
    "nothing is used up",
    "what can be mapped once can be mapped fifty times one after the other, with refusals in between, and each time alike; a prefix may come to be longer, where copies find room that they like better")
{
    private const int Rounds = 50;

    /// <inheritdoc/>
    public override int Cases => 40;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapperCase unreachable = one with { Home = new MappedView(PageSize.Size4K, [.. one.Home.InFramesOf4K().Runs, new MappedRun(HomeArea.Protected, 15, 0, 1)], 0, 4096, false) };
        unreachable = unreachable with { Home = unreachable.Home with { Length = unreachable.Home.Frames.Length * 4096L }, Options = MapOptions.ZeroCopy };
        MapResult first = rig.Map(one, out _);
        if (!first.IsMapped) return LawOutcome.Idle;
        rig.Mapper.Unmap(first.Token);
        for (int round = 2; round <= Rounds; round++)
        {
            MapResult refused = rig.Map(unreachable, 0, unreachable.Home.Length, 0, out _);
            if (refused.IsMapped) return LawOutcome.Broken($"{refused} into a span of none", "a refusal");
            MapResult again = rig.Map(one, out _);
            if (again.IsMapped && again.Length > first.Length)
            {
                rig.Mapper.Unmap(again.Token);
                continue;
            }

            if (!again.IsMapped || (again.SegmentCount, again.Length, again.BouncedBytes) != (first.SegmentCount, first.Length, first.BouncedBytes))
                return LawOutcome.Broken($"the {round}th time: {again}", $"{first}");
            rig.Mapper.Unmap(again.Token);
        }

        return LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with
    {
        Reach = one.Translates ? Reach.Tiny : one.Reach,
        PoolSlots = 1 + (one.PoolSlots % 40),
        Home = one.Home.Length <= 65536 ? one.Home : one.Home with { Length = 65536 - 4096 },
    };
}
