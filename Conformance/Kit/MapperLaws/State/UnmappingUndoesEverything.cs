using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That what a mapping takes it gives back.</summary>
public sealed class UnmappingUndoesEverything() : MappingLaw(
    "unmapping undoes everything",
    "everything unmapped leaves everything as it was, whatever was mapped beside it, and everything disposed gives all of it back")
{
    /// <inheritdoc/>
    public override int Cases => 120;

    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        bool mapped = false;
        if (rig.Pool is { } pool && pool.FreeBytes != pool.Capacity) return LawOutcome.Broken("the pool is not full at the start");
        for (int round = 0; round < 2; round++)
        {
            MapResult first = rig.Map(one, out _);
            RigState between = rig.State();
            MapResult second = rig.Map(one with { Direction = DmaDirection.ToDevice }, out _);
            if (second.IsMapped) rig.Mapper.Unmap(second.Token);
            if (rig.State() != between) return LawOutcome.Broken($"a second mapping changed {between} to {rig.State()}");
            if (first.IsMapped) rig.Mapper.Unmap(first.Token);
            if (rig.State() != before) return LawOutcome.Broken($"{first} and unmapping changed {before} to {rig.State()}");
            mapped |= first.IsMapped;
        }

        rig.GiveBack();
        return LawOutcome.HeldIf(mapped);
    }
}
