using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What mappers promise of segments, plans, prefixes and parts.</summary>
public static class ShapeLaws
{
    /// <summary>Windows looked at of one view: enough for what differs between them, and not thousands.</summary>
    private const int MostWindows = 40;

    /// <summary>Segments obey everything that the device can take, and stand for exactly the mapped bytes in order (I2).</summary>
    public static Law<MapperCase> SegmentsObeyTheDevice(MakeRig make) => new("segments obey the device", MapperCases.All, one =>
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return result.Token.IsNone && result.SegmentCount == 0 ? null : $"refused with {result.Status}, but there are a token and segments";
        if (result.Length < 1 || result.Length > one.Home.Length) return $"{result.Length} bytes are mapped of {one.Home.Length}";
        if ((one.Options & MapOptions.Prefix) == 0 && result.Length != one.Home.Length) return "part of the view is mapped without being asked for";
        if (result.BouncedBytes < 0 || result.BouncedBytes > result.Length) return $"{result.BouncedBytes} of {result.Length} bytes are bounced";
        if ((one.Options & MapOptions.ZeroCopy) != 0 && result.BouncedBytes != 0) return "zero copy copies";
        return one.Constraints.Satisfies(segments, one.View.Slice(0, result.Length))
            ? null
            : $"[{one.Constraints}] is not satisfied by {string.Join(", ", segments.Take(8))}{(segments.Length > 8 ? ", ..." : string.Empty)}";
    });

    /// <summary>Planning changes nothing, and tells exactly what mapping does next.</summary>
    public static Law<MapperCase> PlanTellsWhatMapDoes(MakeRig make) => new("the plan tells what mapping does", MapperCases.All, one =>
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 4);
        RigState before = rig.State();
        var parts = new MapPart[2048];
        MapPlan plan = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts);
        if (rig.State() != before) return $"planning changed {before} to {rig.State()}";
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (plan.Status != result.Status) return $"planned {plan.Status}, got {result.Status}";
        if (plan.FailedFrame != result.FailedFrame) return $"planned {plan.Status} at frame {plan.FailedFrame}, got {result.FailedFrame}";
        if (plan.Succeeds != result.IsMapped) return $"a plan that {(plan.Succeeds ? "succeeds" : "fails")} with {plan.Status}";
        if (!result.IsMapped) return result.Status != MapStatus.TooManySegments || plan.SegmentCount == result.SegmentsNeeded ? null : $"planned {plan.SegmentCount} segments too many, got {result.SegmentsNeeded}";
        if ((plan.SegmentCount, plan.Length, plan.BouncedBytes) != (result.SegmentCount, result.Length, result.BouncedBytes))
            return $"planned {plan.SegmentCount} segments, {plan.Length} bytes, {plan.BouncedBytes} bounced; got {result}";
        RigState mapped = rig.State();
        if (before.FreeIova - mapped.FreeIova != (ulong)plan.IovaBytes) return $"planned {plan.IovaBytes} bytes of IOVA, got {before.FreeIova - mapped.FreeIova}";
        if (plan.PartCount <= parts.Length && BrokenParts(one, rig, result, segments, [.. parts.Take(plan.PartCount)]) is { } broken) return broken;
        long issued = rig.Iommu?.Invalidations ?? 0;
        rig.Mapper.Unmap(result.Token);
        issued = (rig.Iommu?.Invalidations ?? 0) - issued;
        return issued == plan.Invalidations ? null : $"planned {plan.Invalidations} invalidations, got {issued}";
    });

    /// <summary>Prefixes of at least a byte follow each other to the end of the view, or to a byte that cannot be mapped at all.</summary>
    public static Law<MapperCase> PrefixesCoverEverything(MakeRig make) => new("prefixes cover everything", MapperCases.All, one =>
    {
        one = one with { Options = one.Options | MapOptions.Prefix };
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
                return first.IsMapped ? $"no prefix at {at} ({result.Status}), but {least} bytes there can be mapped" : null;
            }

            if (segments.Length > room) return $"{segments.Length} segments in a span of {room}";
            if (!one.Constraints.Satisfies(segments, one.View.Slice(at, result.Length))) return $"the window at {at} does not satisfy [{one.Constraints}]";
            rig.Mapper.Unmap(result.Token);
            at += result.Length;
        }

        return rig.State() == before ? null : "windows left something behind";
    });

    /// <summary>No longer prefix could be mapped; for mappers that do not bounce, and so have no choice to make.</summary>
    public static Law<MapperCase> PrefixesAreTheLongest(MakeRig make) => new("prefixes are the longest", MapperCases.All, one =>
    {
        if (one.CanBounce) return null;
        int room = 1 + (one.Part.From % 5);
        one = one with { Options = MapOptions.Prefix };
        MapperRig rig = make(one);
        MapResult prefix = rig.Map(one, 0, one.Home.Length, room, out _);
        if (prefix.IsMapped) rig.Mapper.Unmap(prefix.Token);
        long mapped = prefix.IsMapped ? prefix.Length : 0;
        MapperCase whole = one with { Options = MapOptions.None };
        long[] steps = [1, 2, 4, 512, 1024, 1536, 2048, 4096, 8192, 65536, one.Home.Length - mapped, 4096 - (one.Home.Offset % 4096)];
        foreach (long length in steps.Select(step => mapped + step).Where(length => length > mapped && length <= one.Home.Length))
        {
            MapResult longer = rig.Map(whole, 0, length, room, out _);
            if (!longer.IsMapped) continue;
            rig.Mapper.Unmap(longer.Token);
            return $"a prefix of {mapped} bytes in a span of {room}, but {length} can be mapped";
        }

        return null;
    });

    /// <summary>A span that is too short is answered with the length that is long enough, and that length is.</summary>
    public static Law<MapperCase> ShortSpansAreToldHowLong(MakeRig make) => new("short spans are told how long", MapperCases.All, one =>
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        int room = one.Part.To % 3;
        MapResult result = rig.Map(one, 0, one.Home.Length, room, out _);
        if (result.Status != MapStatus.SpanTooShort) return result.IsMapped || rig.State() == before ? null : "a refusal changed something";
        if (rig.State() != before) return "a span too short changed something";
        if (result.SegmentsNeeded <= room) return $"{room} are too few, but {result.SegmentsNeeded} are needed";
        MapResult again = rig.Map(one, 0, one.Home.Length, result.SegmentsNeeded, out _);
        if (again.Status is MapStatus.NoIovaSpace or MapStatus.NoBounceSpace) return null;
        if (!again.IsMapped) return $"{result.SegmentsNeeded} segments are needed, and with those it is {again}";
        return (one.Options & MapOptions.Prefix) != 0 || again.SegmentCount == result.SegmentsNeeded ? null : $"{result.SegmentsNeeded} are needed, {again.SegmentCount} are used";
    });

    /// <summary>Only what must bounce does, to the byte; and memory without pages never does.</summary>
    public static Law<MapperCase> OnlyWhatMustBounces(MakeRig make) => new("only what must bounces", MapperCases.Bounced, one =>
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out _);
        if (!result.IsMapped) return null;
        var mapped = one.Home.Pieces().Where(piece => piece.Offset < result.Length)
            .Select(piece => (piece.Address, Length: (int)Math.Min(piece.Length, result.Length - piece.Offset), IsCut: piece.Length < 4096)).ToArray();
        long must = one.Kind switch
        {
            MapperKind.BounceEverything or MapperKind.IommuBounceEverything => result.Length,
            MapperKind.IommuBouncePartial => mapped.Where(piece => piece.IsCut || !one.Reaches(piece.Address, piece.Length)).Sum(piece => (long)piece.Length),
            _ => mapped.Where(piece => !one.Reaches(piece.Address, piece.Length)).Sum(piece => (long)piece.Length),
        };
        if ((one.Options & MapOptions.ZeroCopy) != 0) must = 0;

        // Where the device has rules for segments, more may have had to be brought together.
        bool broughtTogether = one.Rules != default && result.BouncedBytes > must;
        if (result.BouncedBytes != must && !broughtTogether) return $"{must} of {result.Length} bytes must bounce, {result.BouncedBytes} do";
        if (result.BouncedBytes != result.Length) return null;
        return mapped.All(piece => rig.Memory.RegionAt(new PhysicalAddress(piece.Address)).Kind == MemoryKind.PageBacked) ? null : "memory without pages was copied";
    });

    /// <summary>Parts follow each other over the mapping, add up to the bytes bounced, and say what is true.</summary>
    private static string? BrokenParts(MapperCase one, MapperRig rig, in MapResult result, DmaSegment[] segments, MapPart[] parts)
    {
        long at = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Offset != at || parts[i].Length < 1) return $"part {i} is {parts[i]}, expected at {at}";
            if (i > 0 && parts[i].Treatment == parts[i - 1].Treatment) return $"parts {i - 1} and {i} are treated alike";
            at += parts[i].Length;
        }

        if (at != result.Length) return $"the parts cover {at} of {result.Length} bytes";
        long bounced = parts.Where(part => part.Treatment == MapTreatment.Bounced).Sum(part => part.Length);
        if (bounced != result.BouncedBytes) return $"the parts bounce {bounced} bytes, the mapping {result.BouncedBytes}";
        if ((one.Direction & DmaDirection.ToDevice) == 0) return null;

        // Where nothing is copied, what the CPU writes is there at once; where something is, it is not until a sync.
        byte[] before = HomeBytes.Read(rig.Memory, one.Home);
        HomeBytes.Write(rig.Memory, one.Home, 0, HomeBytes.Noise(result.Length, 80));
        byte[] home = HomeBytes.Read(rig.Memory, one.Home), seen = DeviceBytes.Read(rig.Port, segments, 0, result.Length);
        foreach (MapPart part in parts)
        {
            (int from, int length) = ((int)part.Offset, (int)part.Length);
            byte[] expected = part.Treatment == MapTreatment.Bounced ? before : home;
            if (!seen.AsSpan(from, length).SequenceEqual(expected.AsSpan(from, length))) return $"{part} is not so";
        }

        return null;
    }
}
