using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Invariant I7 as mapping holds it: what <see cref="MapStatus.WouldDiverge"/> promises.</summary>
public sealed class CopiesDoNotDiverge() : MappingLaw(
    "copies do not diverge",
    "bytes of which a live copy stands are not copied again if either device may write; they are if neither may, and once the copy is gone",
    needs: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override double LeastShare => 0.08;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        if (one.Home.HasDuplicates) return LawOutcome.Idle;
        MapperRig rig = make(one);
        var parts = new MapPart[2048];
        int count = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts).PartCount;
        MapResult first = rig.Map(one, out _);
        if (!first.IsMapped || count > parts.Length) return LawOutcome.Idle;
        DmaDirection direction = (one.Part.To % 3) switch { 0 => DmaDirection.ToDevice, 1 => DmaDirection.FromDevice, _ => DmaDirection.Bidirectional };
        MapperCase other = one with { Direction = direction, Options = MapOptions.None };
        (long at, long length) = one.PartOf(first.Length);
        MapPart[] copies = [.. parts.Take(count).Where(part => part.Treatment == MapTreatment.Bounced)];
        bool copied = copies.Any(part => part.Offset < at + length && at < part.Offset + part.Length);
        bool written = ((one.Direction | direction) & DmaDirection.FromDevice) != 0;

        MapPlan plan = rig.Mapper.Plan(other.View.Slice(at, length), direction, MapOptions.None, parts);
        bool twice = parts.Take(Math.Min(plan.PartCount, parts.Length)).Any(part => part.Treatment == MapTreatment.Bounced && copies.Any(copy => copy.Offset < at + part.Offset + part.Length && at + part.Offset < copy.Offset + copy.Length));
        MapResult second = rig.Map(other, at, length, 1 << 15, out _);
        string pair = $"{one.Direction}, and then {length} bytes at {at} {direction}: {second.Status}";
        if (plan.Status != second.Status) return LawOutcome.Broken(pair, $"as planned: {plan.Status}");

        // Who maps in place does not look for copies: what a pool does not know, a SharedBuffer does.
        if (twice && written && second.IsMapped) return LawOutcome.Broken(pair, nameof(MapStatus.WouldDiverge));
        if (second.Status == MapStatus.WouldDiverge && !written) return LawOutcome.Broken(pair, "no such refusal: neither may write");
        if (second.Status == MapStatus.WouldDiverge && first.BouncedBytes == 0) return LawOutcome.Broken(pair, "no such refusal: no copy stands");
        if (second.IsMapped) rig.Mapper.Unmap(second.Token);
        rig.Mapper.Unmap(first.Token);
        MapResult again = rig.Map(other, at, length, 1 << 15, out _);
        return again.Status == MapStatus.WouldDiverge ? LawOutcome.Broken($"{again.Status} after everything is unmapped") : LawOutcome.HeldIf(copied && (twice || !written || !second.IsMapped));
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with { Options = one.Options & MapOptions.Prefix };
}
