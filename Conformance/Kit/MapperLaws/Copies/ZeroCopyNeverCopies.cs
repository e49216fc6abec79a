using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="MapOptions.ZeroCopy"/> promises.</summary>
public sealed class ZeroCopyNeverCopies() : MappingLaw(
    "zero copy never copies",
    "with ZeroCopy nothing is copied: a mapping that would be is refused, and one that would not be is made as without it")
{
    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapperCase freely = one with { Options = MapOptions.None };
        MapPlan plan = rig.Mapper.Plan(freely.View, freely.Direction, freely.Options, default);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (result.IsMapped)
        {
            if (result.BouncedBytes != 0 || result.NeedsSync) return LawOutcome.Broken($"{result}", "no byte copied");
            if (one.Home.HasDuplicates || (one.Direction & DmaDirection.FromDevice) == 0) return LawOutcome.HeldIf(plan.BouncedBytes != 0 || !one.CanBounce);
            byte[] written = HomeBytes.Noise(1, 85);
            DeviceBytes.Write(rig.Bus, segments, result.Length - 1, written);
            byte last = HomeBytes.Read(rig.Memory, one.Home)[result.Length - 1];
            return last == written[0] ? LawOutcome.Held : LawOutcome.Broken("the device wrote the last byte, and it is not at home", "bytes in their home");
        }

        if (plan.Succeeds && plan.BouncedBytes == 0) return LawOutcome.Broken($"{result}", $"as without it: {plan}");
        if (result.Status is MapStatus.NoBounceSpace or MapStatus.WouldDiverge) return LawOutcome.Broken($"{result}", "the status that would have made it copy");
        return LawOutcome.HeldIf(plan.Succeeds);
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short() with { Options = MapOptions.ZeroCopy };
}
