using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="IDmaMapper.Plan"/> promises.</summary>
public sealed class PlanTellsWhatMapDoes() : MappingLaw(
    "the plan tells what mapping does",
    "planning changes nothing, and tells exactly what mapping does next: status, frame, segments, bytes, and how each part is treated")
{
    /// <inheritdoc/>
    public override double LeastShare => 0.3;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        bool looks = one.Short() == one;
        if (looks) HomeBytes.Scribble(rig.Memory, one.Home, 4);
        RigState before = rig.State();
        var parts = new MapPart[2048];
        MapPlan plan = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts);
        if (rig.State() != before) return LawOutcome.Broken($"planning changed {before} to {rig.State()}");
        MapPlan again = rig.Mapper.Plan(one.View, one.Direction, one.Options, default);
        if (Told(again) != Told(plan)) return LawOutcome.Broken($"a second plan, without room for parts: {Told(again)}", Told(plan));
        if (plan.PartCount > 1 && plan.PartCount <= parts.Length)
        {
            var some = new MapPart[plan.PartCount - 1 - (one.Part.From % (plan.PartCount - 1))];
            MapPlan shorter = rig.Mapper.Plan(one.View, one.Direction, one.Options, some);
            if (Told(shorter) != Told(plan)) return LawOutcome.Broken($"a plan with room for {some.Length} parts: {Told(shorter)}", Told(plan));
            if (!some.SequenceEqual(parts.Take(some.Length))) return LawOutcome.Broken($"with room for {some.Length} parts they are {string.Join(", ", some)}", string.Join(", ", parts.Take(some.Length)));
        }

        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (plan.Status != result.Status || plan.FailedFrame != result.FailedFrame || plan.Succeeds != result.IsMapped)
            return LawOutcome.Broken($"{result.Status} at frame {result.FailedFrame}", $"as planned: {plan.Status} at frame {plan.FailedFrame}");
        if (!result.IsMapped)
            return result.Status != MapStatus.TooManySegments || plan.SegmentCount == result.SegmentsNeeded ? LawOutcome.Held : LawOutcome.Broken($"{result.SegmentsNeeded} segments too many", $"as planned: {plan.SegmentCount}");
        if ((plan.SegmentCount, plan.Length, plan.BouncedBytes) != (result.SegmentCount, result.Length, result.BouncedBytes))
            return LawOutcome.Broken($"{result}", $"as planned: {plan}");
        if (!one.Translates && (plan.IovaBytes, plan.Invalidations) != (0, 0)) return LawOutcome.Broken($"{plan.IovaBytes} bytes of IOVA and {plan.Invalidations} invalidations are planned", "none, for there is no IOMMU");
        if (one.Translates && plan.IovaBytes < result.Length) return LawOutcome.Broken($"{plan.IovaBytes} bytes of IOVA are planned", $"{result.Length} at least, for so many bytes are mapped");
        RigState mapped = rig.State();
        if (rig.Domain is not null && before.FreeIova - mapped.FreeIova != (ulong)plan.IovaBytes) return LawOutcome.Broken($"{before.FreeIova - mapped.FreeIova} bytes of IOVA", $"as planned: {plan.IovaBytes}");
        if (plan.PartCount <= parts.Length && BrokenParts(one, rig, result, segments, [.. parts.Take(plan.PartCount)], looks) is { } broken) return LawOutcome.Broken(broken, $"as planned: {string.Join(", ", parts.Take(Math.Min(8, plan.PartCount)))}");
        long issued = rig.Iommu?.Invalidations ?? 0;
        rig.Mapper.Unmap(result.Token);
        issued = (rig.Iommu?.Invalidations ?? 0) - issued;
        return rig.Iommu is null || issued == plan.Invalidations ? LawOutcome.Held : LawOutcome.Broken($"{issued} invalidations", $"as planned: {plan.Invalidations}");
    }

    private static string Told(in MapPlan plan) => $"{plan.Status} at {plan.FailedFrame}, parts: {plan.PartCount}, {plan}";

    /// <summary>Parts follow each other over the mapping, add up to the bytes bounced, and say what is true.</summary>
    private static string? BrokenParts(MapperCase one, MapperRig rig, in MapResult result, DmaSegment[] segments, MapPart[] parts, bool looks)
    {
        long at = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Offset != at || parts[i].Length < 1) return $"part {i} is {parts[i]}, expected at {at}";
            if (i > 0 && parts[i].Treatment == parts[i - 1].Treatment) return $"parts {i - 1} and {i} are treated alike";
            if (parts[i].Treatment != MapTreatment.Bounced && (parts[i].Treatment == MapTreatment.Remapped) != one.Translates) return $"part {i} is {parts[i]}";
            at += parts[i].Length;
        }

        if (at != result.Length) return $"the parts cover {at} of {result.Length} bytes";
        long bounced = parts.Where(part => part.Treatment == MapTreatment.Bounced).Sum(part => part.Length);
        if (bounced != result.BouncedBytes) return $"the parts bounce {bounced} bytes, the mapping {result.BouncedBytes}";
        if (!looks || (one.Direction & DmaDirection.ToDevice) == 0) return null;

        // Where nothing is copied, what the CPU writes is there at once; where something is, it is not until a sync.
        byte[] before = HomeBytes.Read(rig.Memory, one.Home);
        HomeBytes.Write(rig.Memory, one.Home, 0, HomeBytes.Noise(result.Length, 80));
        byte[] home = HomeBytes.Read(rig.Memory, one.Home), seen = DeviceBytes.Read(rig.Bus, segments, 0, result.Length);
        foreach (MapPart part in parts)
        {
            (int from, int length) = ((int)part.Offset, (int)part.Length);
            byte[] expected = part.Treatment == MapTreatment.Bounced ? before : home;
            if (!seen.AsSpan(from, length).SequenceEqual(expected.AsSpan(from, length))) return $"{part} is not so: the device {(part.Treatment == MapTreatment.Bounced ? "saw at once what the CPU wrote, without a sync" : "did not see what the CPU wrote")}";
        }

        return null;
    }
}
