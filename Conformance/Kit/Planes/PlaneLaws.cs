using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What device and CPU read of each other's writes in a plane, and that nobody's bytes between lines are touched.</summary>
public static class PlaneLaws
{
    /// <summary>Segments obey everything that the device can take, and have exactly as many bytes as are mapped.</summary>
    public static Law<PlaneCase> SegmentsObeyTheDevice(MakePlanes make) => new("a plane's segments obey the device", PlaneCases.All, one =>
    {
        MapperRig rig = MapperRig.Of(one.Of);
        MapResult result = one.Map(make(rig), out DmaSegment[] segments);
        if (!result.IsMapped) return result.Token.IsNone && result.SegmentCount == 0 ? null : $"refused with {result.Status}, but there are a token and segments";
        bool prefix = (one.Of.Options & MapOptions.Prefix) != 0;
        if (result.Length < 1 || result.Length > one.Rest || (!prefix && result.Length != one.Rest)) return $"{result.Length} bytes are mapped of {one.Rest}";
        if (result.BouncedBytes < 0 || result.BouncedBytes > result.Length) return $"{result.BouncedBytes} of {result.Length} bytes are bounced";
        if ((one.Of.Options & MapOptions.ZeroCopy) != 0 && result.BouncedBytes != 0) return "zero copy copies";
        return Broken(one, one.From, result.Length, segments);
    });

    /// <summary>Without limits there are no more segments than the lines have pages.</summary>
    public static Law<PlaneCase> SegmentsAreAtMostThePages(MakePlanes make) => new("a plane has at most a segment a page", PlaneCases.All, one =>
    {
        one = one with { Of = one.Of with { Rules = default }, From = 0 };
        MapperRig rig = MapperRig.Of(one.Of);
        MapResult result = one.Map(make(rig), out DmaSegment[] segments);
        if (!result.IsMapped || (result.BouncedBytes > 0 && one.Of.Home.PageSize != PageSize.Size4K)) return null;
        long pages = one.Lines(0, result.Length).Sum(line => Pages(one.Of.Home, line.Offset, line.Length));
        if (segments.Length > pages) return $"{segments.Length} segments for {pages} pages";
        long most = one.Plane.MostSegments(one.Of.View);
        return most == one.Lines(0, one.Rest).Sum(line => Pages(one.Of.Home, line.Offset, line.Length)) ? null : $"{most} are said to be the most";
    });

    /// <summary>The device reads the plane's bytes in order, before and after a sync.</summary>
    public static Law<PlaneCase> DeviceReadsThePlane(MakePlanes make) => new("the device reads the plane", PlaneCases.All, one =>
    {
        if ((one.Of.Direction & DmaDirection.ToDevice) == 0) return null;
        MapperRig rig = MapperRig.Of(one.Of);
        HomeBytes.Scribble(rig.Memory, one.Of.Home, 11);
        byte[] home = HomeBytes.Read(rig.Memory, one.Of.Home);
        long[] places = one.Places(one.From);
        IPlanes planes = make(rig);
        MapResult result = one.Map(planes, out DmaSegment[] segments);
        if (!result.IsMapped) return null;
        if (FirstWrong(DeviceBytes.Read(rig.Port, segments, 0, result.Length), home, places, 0) is { } wrong) return $"mapped, {wrong}";

        (long at, long length) = one.Of.PartOf(result.Length);
        foreach ((long offset, long much) in one.Lines(one.From + at, length)) HomeBytes.Write(rig.Memory, one.Of.Home, offset, HomeBytes.Noise(much, (int)offset));
        home = HomeBytes.Read(rig.Memory, one.Of.Home);
        if (result.NeedsSync) planes.SyncForDevice(result.Token, at, length);
        if (FirstWrong(DeviceBytes.Read(rig.Port, segments, at, length), home, places, at) is { } stale) return $"the CPU wrote {length} bytes at {at}, {stale}";
        if (result.NeedsSync) planes.SyncForCpu(result.Token, at, length);
        planes.Unmap(result.Token);
        return HomeBytes.Read(rig.Memory, one.Of.Home).SequenceEqual(home) ? null : "unmapping changed bytes that the device did not write";
    });

    /// <summary>
    /// What the device wrote comes home at a sync and when unmapped, byte by byte; what the CPU writes between lines
    /// meanwhile stays, and so does all else.
    /// </summary>
    public static Law<PlaneCase> CpuReadsThePlaneAndKeepsTheRest(MakePlanes make) => new("the CPU reads the plane and keeps the rest", PlaneCases.All, one =>
    {
        if ((one.Of.Direction & DmaDirection.FromDevice) == 0 || one.Of.Home.HasDuplicates) return null;
        MapperRig rig = MapperRig.Of(one.Of);
        MappedView view = one.Of.Home;
        HomeBytes.Scribble(rig.Memory, view, 12);
        byte[] expected = HomeBytes.Read(rig.Memory, view), beside = HomeBytes.Beside(rig.Memory, view);
        long[] places = one.Places(one.From);
        IPlanes planes = make(rig);
        MapResult result = one.Map(planes, out DmaSegment[] segments);
        if (!result.IsMapped) return null;

        // Everything that is not mapped changes while the plane is.
        var mapped = new HashSet<long>(places.Take((int)result.Length));
        byte[] others = HomeBytes.Noise(expected.Length, 13);
        byte[] now = (byte[])expected.Clone();
        for (int i = 0; i < now.Length; i++)
        {
            if (!mapped.Contains(i)) now[i] = expected[i] = others[i];
        }

        HomeBytes.Write(rig.Memory, view, 0, now);
        (long at, long length) = one.Of.PartOf(result.Length);
        byte[] written = HomeBytes.Noise(length, 14);
        DeviceBytes.Write(rig.Port, segments, at, written);
        for (int i = 0; i < length; i++) expected[places[at + i]] = written[i];
        long half = Math.Max(1, length / 2);
        if (result.NeedsSync) planes.SyncForCpu(result.Token, at, half);
        byte[] home = HomeBytes.Read(rig.Memory, view);
        for (int i = 0; i < half; i++)
        {
            if (home[places[at + i]] != expected[places[at + i]]) return $"{half} bytes at {at} were synced, and byte {at + i} of the plane has not come home";
        }

        planes.Unmap(result.Token);
        home = HomeBytes.Read(rig.Memory, view);
        for (int i = 0; i < home.Length; i++)
        {
            if (home[i] != expected[i]) return $"byte {i} of the view, {(mapped.Contains(i) ? "mapped" : "outside the lines")}, is {home[i]:x} and not {expected[i]:x}";
        }

        return HomeBytes.Beside(rig.Memory, view).SequenceEqual(beside) ? null : "bytes beside the view changed";
    });

    /// <summary>Through an IOMMU the device reaches the granules of the lines and no other.</summary>
    public static Law<PlaneCase> TablesHoldExactlyTheLines(MakePlanes make) => new("tables hold exactly the lines", PlaneCases.Translated, one =>
    {
        MapperRig rig = MapperRig.Of(one.Of);
        MapResult result = one.Map(make(rig), out DmaSegment[] segments);
        if (!result.IsMapped) return null;
        SortedDictionary<ulong, ReachablePage> reached = rig.Granules();
        var expected = new HashSet<ulong>();
        long at = 0;
        (long Offset, ulong Address, int Length)[] pieces = [.. one.Of.Home.Pieces()];
        foreach ((long offset, long length) in one.Lines(one.From, result.Length))
        {
            foreach ((long start, ulong address, int much) in pieces.Where(piece => piece.Offset + piece.Length > offset && piece.Offset < offset + length))
            {
                ulong iova = DeviceBytes.AddressOf(segments, at + Math.Max(0, start - offset)) & ~4095ul;
                if (!expected.Add(iova) && one.Stride > one.Width) return $"the granule at {iova:x} stands for two lines";
                if (!reached.TryGetValue(iova, out ReachablePage page)) return $"{iova:x} is in a segment and not reachable";
                bool inPool = page.Physical >= RigMemory.Pool && page.Physical < RigMemory.Pool + (ulong)(one.Of.PoolSlots * 4096L);
                if (!inPool && page.Physical != (address & ~4095ul)) return $"{page} should lead to {address:x}";
                if (page.Reads != ((one.Of.Direction & DmaDirection.ToDevice) != 0) || page.Writes != ((one.Of.Direction & DmaDirection.FromDevice) != 0)) return $"{page} is mapped {one.Of.Direction}";
            }

            at += length;
        }

        return reached.Count == expected.Count ? null : $"the lines have {expected.Count} granules, and {reached.Count} are reachable";
    });

    /// <summary>How segments break the rules for the plane's bytes from one on; null where they hold.</summary>
    internal static string? Broken(PlaneCase one, long from, long length, DmaSegment[] segments)
    {
        if (!one.Of.Constraints.Satisfies(segments)) return $"[{one.Of.Constraints}] is not satisfied by {string.Join(", ", segments.Take(8))}";
        long at = 0;
        long[] places = one.Places(from);
        foreach (DmaSegment segment in segments)
        {
            ulong moved = segment.Address.Value ^ one.Of.View.AddressAt(places[at]).Value;
            if ((moved & one.Of.Constraints.OffsetPreservingMask) != 0) return $"{segment} does not keep the low bits of byte {at}";
            at += segment.Length;
        }

        return at == length ? null : $"{length} bytes are mapped, and segments have {at}";
    }

    private static long Pages(MappedView view, long offset, long length)
        => ((view.Offset + offset + length - 1) / view.PageSize.Bytes) - ((view.Offset + offset) / view.PageSize.Bytes) + 1;

    private static string? FirstWrong(byte[] read, byte[] home, long[] places, long at)
    {
        for (int i = 0; i < read.Length; i++)
        {
            if (read[i] != home[places[at + i]]) return $"the device reads {read[i]:x} as byte {at + i} of the plane, at home there is {home[places[at + i]]:x}";
        }

        return null;
    }
}
