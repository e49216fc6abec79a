using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using PfnBuffers;

namespace Conformance;

/// <summary>That links into a reservation are as good as mappings of the same views, and leave nothing behind.</summary>
public static class LinkLaws
{
    /// <summary>
    /// After every step the device reaches what one-shot mappings of the linked views reach, at the links' offsets: the same granules, by the word of
    /// the format's walker, and the same bytes through the bus; what is unlinked faults, and released all is as at the start.
    /// </summary>
    /// <param name="make">Makes the rig.</param>
    /// <param name="cases">Where scripts come from; <see cref="LinkScript.Cases"/> unless given.</param>
    public static Law<LinkScript> LinksReachWhatMappingsReach(MakeRig make, Arbitrary<LinkScript>? cases = null) => new("links reach what mappings reach", cases ?? LinkScript.Cases, script =>
    {
        MapperRig rig = make(script.Device);
        var mapper = (IReservingMapper)rig.Mapper;
        var twin = MapperRig.Of(script.Device with { Rules = default, Reach = Reach.All }, format: rig.Format);
        RigState start = rig.State();
        long frames = rig.Tables.FreeFrames;
        ReserveResult reserved = mapper.Reserve(script.Granules * 4096L);
        if (!reserved.IsReserved)
            return rig.State() == start ? null : $"refused, and there is {rig.State()}, where there was {start}";

        var live = new SortedDictionary<long, LinkOfLaw>();
        long next = 0;
        foreach (LinkStep step in script.Steps)
        {
            if (step.Unlink >= 0)
            {
                if (live.Count == 0) continue;
                if (Unlink(rig, reserved.Reservation, live, step) is { } left) return left;
            }
            else
            {
                long at = step.At == LinkStep.Next ? next : step.At;
                if (TryLink(rig, twin, reserved.Reservation, live, step, at, ref next) is { } wrong) return wrong;
            }

            if (Broken(rig, reserved.Reservation, live.Values) is { } broken) return broken;
        }

        mapper.Release(reserved.Reservation);
        foreach (LinkOfLaw link in live.Values)
        {
            if (Reached(rig, reserved.Reservation, link) is { } reached) return $"released: {reached}";
        }

        if (rig.State() != start) return $"at the end there is {rig.State()}, at the start there was {start}";
        return rig.Tables.FreeFrames == frames ? null : $"{frames - rig.Tables.FreeFrames} table frames did not come back";
    });

    private static string? TryLink(MapperRig rig, MapperRig twin, IovaReservation reservation, SortedDictionary<long, LinkOfLaw> live, LinkStep step, long at, ref long next)
    {
        var mapper = (IReservingMapper)rig.Mapper;
        long offset = (at * 4096) + (step.Home.Offset % 4096);
        var link = new LinkOfLaw(step, offset, OneShot(twin, step));
        bool fits = offset + step.Home.Length <= reservation.Length;
        bool overlaps = live.Values.Any(other => other.FirstGranule < at + link.Pages.Count && at < other.FirstGranule + other.Pages.Count);
        try
        {
            MapResult result = mapper.Link(reservation, offset, step.Home.View, step.Direction, MapOptions.None);
            if (!fits || overlaps) return $"{step} was taken, {(fits ? "over others" : "outside the reservation")}";
            ulong kept = rig.Device.Constraints.OffsetPreservingMask;
            bool keeps = link.Pages.Select((page, i) => (page.Physical ^ (reservation.Address.Value + (ulong)((at + i) * 4096))) & kept & ~4095ul).All(bits => bits == 0);
            if (result.IsMapped != keeps) return $"{step}: {result}";
            if (!result.IsMapped) return result.Status == MapStatus.Unaligned ? null : $"{step}: {result}";
        }
        catch (ArgumentException) when (!fits || overlaps)
        {
            return null;
        }

        mapper.Sync(reservation);
        live.Add(offset, link);
        next = at + link.Pages.Count;
        return Cut(rig, reservation, link);
    }

    /// <summary>What a mapping of the view alone leads to, granule by granule.</summary>
    private static List<ReachablePage> OneShot(MapperRig twin, LinkStep step)
    {
        MapResult mapped = twin.Mapper.Map(step.Home.View, step.Direction, new DmaSegment[1], MapOptions.None);
        if (!mapped.IsMapped) throw new LawViolatedException($"The twin's mapping: {mapped}");
        List<ReachablePage> pages = [.. twin.Granules().Values];
        twin.Mapper.Unmap(mapped.Token);
        return pages;
    }

    private static string? Cut(MapperRig rig, IovaReservation reservation, LinkOfLaw link)
    {
        var segments = new DmaSegment[4096];
        MapResult cut = ((IReservingMapper)rig.Mapper).Segments(reservation, link.Offset, link.Step.Home.Length, segments);
        if (!cut.IsMapped) return cut.Status is MapStatus.TooManySegments or MapStatus.Unaligned && rig.Device.Constraints != default ? null : $"{link.Step}: {cut}";
        if (!rig.Device.Constraints.Satisfies(segments.AsSpan(0, cut.SegmentCount))) return $"{link.Step}: the segments break the device's constraints";
        DmaAddress at = reservation.Address + link.Offset;
        foreach (DmaSegment segment in segments.Take(cut.SegmentCount))
        {
            if (segment.Address != at) return $"{link.Step}: a segment is at {segment.Address}, not at {at}";
            at += segment.Length;
        }

        return at == reservation.Address + link.Offset + link.Step.Home.Length ? null : $"{link.Step}: the segments end at {at}";
    }

    private static string? Unlink(MapperRig rig, IovaReservation reservation, SortedDictionary<long, LinkOfLaw> live, LinkStep step)
    {
        LinkOfLaw[] all = [.. live.Values];
        int first = step.Unlink % all.Length;
        int last = first;
        while (last + 1 < all.Length && last - first + 1 < step.Several && all[last + 1].FirstGranule == all[last].FirstGranule + all[last].Pages.Count) last++;
        long end = all[last].Offset + all[last].Step.Home.Length;
        for (int i = first; i <= last; i++)
        {
            if (Bytes(rig, reservation, all[i]) is { } wrong) return wrong;
        }

        ((IReservingMapper)rig.Mapper).Unlink(reservation, all[first].Offset, end - all[first].Offset);
        for (int i = first; i <= last; i++)
        {
            live.Remove(all[i].Offset);
            if (Reached(rig, reservation, all[i]) is { } reached) return $"unlinked: {reached}";
        }

        return null;
    }

    /// <summary>The device reads and writes the first and the last byte of each granule, as far as it may.</summary>
    private static string? Bytes(MapperRig rig, IovaReservation reservation, LinkOfLaw link)
    {
        for (int i = 0; i < link.Pages.Count; i += Math.Max(1, link.Pages.Count / 8))
        {
            ReachablePage page = link.Pages[i];
            DmaAddress iova = reservation.Address + ((link.FirstGranule + i) * 4096);
            Span<byte> home = rig.Memory.Access(new PhysicalAddress(page.Physical), 4096);
            home[4095]++;
            byte[] one = new byte[1];
            if (page.Reads && (!rig.Port.TryRead(iova + 4095, one, out DmaFault fault) || one[0] != home[4095])) return $"{link.Step}: granule {i} was not read: {fault}";
            one[0]++;
            if (page.Writes && (!rig.Port.TryWrite(iova, one, out fault) || one[0] != home[0])) return $"{link.Step}: granule {i} was not written: {fault}";
        }

        return null;
    }

    private static string? Reached(MapperRig rig, IovaReservation reservation, LinkOfLaw link)
    {
        for (int i = 0; i < link.Pages.Count; i += Math.Max(1, link.Pages.Count / 8))
        {
            DmaAddress iova = reservation.Address + ((link.FirstGranule + i) * 4096);
            if (rig.Port.TryRead(iova, new byte[1], out _) || rig.Port.TryWrite(iova, new byte[1], out _)) return $"{link.Step}: the device still reaches granule {i}";
        }

        return null;
    }

    private static string? Broken(MapperRig rig, IovaReservation reservation, IEnumerable<LinkOfLaw> live)
    {
        SortedDictionary<ulong, ReachablePage> reached = rig.Granules();
        int expected = 0;
        foreach (LinkOfLaw link in live)
        {
            if (Bytes(rig, reservation, link) is { } wrong) return wrong;
            for (int i = 0; i < link.Pages.Count; i++)
            {
                ulong iova = reservation.Address.Value + (ulong)((link.FirstGranule + i) * 4096);
                if (!reached.TryGetValue(iova, out ReachablePage page)) return $"{link.Step}: granule {i} is not reachable";
                if (page with { Iova = 0 } != link.Pages[i] with { Iova = 0 }) return $"{link.Step}: granule {i} is {page}, in a mapping it is {link.Pages[i]}";
                expected++;
            }
        }

        if (reached.Count != expected) return $"{expected} granules are linked, {reached.Count} are reachable";
        int tables = rig.Format.Walker.CountTables(rig.Memory, rig.Domain!.RootTable);
        return rig.Domain.TableBytes == tables * 4096L ? null : $"{tables} tables lead somewhere, the domain speaks of {rig.Domain.TableBytes} bytes";
    }

    /// <summary>A live link, and what a mapping of its view leads to.</summary>
    private sealed record LinkOfLaw(LinkStep Step, long Offset, List<ReachablePage> Pages)
    {
        internal long FirstGranule => Offset / 4096;
    }
}
