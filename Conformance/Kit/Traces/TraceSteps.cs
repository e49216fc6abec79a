using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Draws steps that fit what there is: mostly what drivers do, at the edges of what there is, and some of what they must not.</summary>
internal sealed class TraceSteps(TracePlayer player, TraceBackend backend, TraceTally tally)
{
    private const int Plenty = 4096;

    private static readonly DmaDirection[] Directions = [DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional];

    private bool Reserves => backend is TraceBackend.Iommu or TraceBackend.IommuLazy;

    internal TraceStep Draw(ref SpyRandom random)
    {
        int live = player.Mappings.Count(one => one is not null), buffers = player.Buffers.Count(one => one is not null);
        if (buffers == 0 || (buffers < 3 && random.OneIn(4))) return random.OneIn(3) ? Allocation(ref random) : Naming(ref random);
        int kind = random.Below(100);
        if (kind < 20 && live < TraceStep.MostMappings) return Mapping(ref random);
        if (live > 0)
        {
            if (kind < 36) return new TraceStep(TraceAction.Unmap) { Item = Mapped(ref random, out ModelMapping mapping), At = Inside(ref random, mapping) };
            if (kind < 46) return Access(ref random, TraceAction.Read);
            if (kind < 54) return Access(ref random, TraceAction.Write);
            if (kind < 59) return Sync(ref random, TraceAction.SyncForCpu);
            if (kind < 62) return Sync(ref random, TraceAction.SyncForDevice);
        }

        return kind switch
        {
            < 66 => Cpu(ref random, TraceAction.CpuWrite),
            < 68 => Cpu(ref random, TraceAction.CpuRead),
            < 71 => Naming(ref random),
            < 74 => Allocation(ref random),
            < 78 => new TraceStep(TraceAction.Free) { Item = random.Below(TraceStep.MostBuffers) },
            < 81 => Misuse(ref random),
            < 83 => new TraceStep(TraceAction.Revisit) { Device = Device(ref random), Item = random.Below(16), Variant = Junk(ref random) },
            < 85 => Attaching(ref random),
            < 86 => new TraceStep(TraceAction.Detach) { Device = Device(ref random) },
            < 88 => Shared(ref random, random.OneIn(2) ? TraceAction.SharedRead : TraceAction.SharedWrite),
            < 91 => Sharing(ref random),
            < 92 => Reserves ? new TraceStep(TraceAction.PassTime) : Mapping(ref random),
            < 94 => Reserves ? Reservation(ref random) : Mapping(ref random),
            < 97 => Reserves ? Link(ref random) : Sharing(ref random),
            < 98 => Reserves ? Unlink(ref random) : Mapping(ref random),
            < 99 => Reserves ? new TraceStep(TraceAction.Release) { Item = random.Below(TraceStep.MostReservations) } : Mapping(ref random),
            _ => Reserves ? Spend(ref random) : Mapping(ref random),
        };
    }

    private static int Junk(ref SpyRandom random) => random.Below(1 << 20);

    private int Device(ref SpyRandom random) => random.Below(player.Stands.Count);

    /// <summary>One of some places where something is, or is not; any where there is none.</summary>
    private static int Place<T>(ref SpyRandom random, IReadOnlyList<T?> among, bool taken)
        where T : class
    {
        int start = random.Below(among.Count);
        for (int i = 0; i < among.Count; i++)
        {
            int at = (start + i) % among.Count;
            if (among[at] is not null == taken) return at;
        }

        return start;
    }

    private int Mapped(ref SpyRandom random, out ModelMapping mapping)
    {
        int at = Place(ref random, player.Mappings, taken: true);
        mapping = player.Mappings[at]!;
        return at;
    }

    /// <summary>Mostly nothing more where devices are refused: what a refusal advises takes long to find out.</summary>
    private TraceStep Attaching(ref SpyRandom random)
        => player.Refused > 2 && !random.OneIn(12) ? Mapping(ref random) : new TraceStep(TraceAction.Attach) { Device = Place(ref random, player.Attachments, taken: false) };

    private TraceStep Naming(ref SpyRandom random)
    {
        PageSize page = TraceLayouts.Page(ref random);
        tally.Count(TraceTally.Pages, page.ToString());
        List<TraceRun> runs = TraceLayouts.Draw(ref random, page, tally);
        (long at, long length) = Range(ref random, runs.Sum(run => (long)run.Count), page);
        return new TraceStep(TraceAction.Buffer) { Item = Place(ref random, player.Buffers, taken: false), Page = page, Runs = runs, At = at, Length = length, Variant = random.Below(2) };
    }

    private TraceStep Allocation(ref SpyRandom random)
    {
        PageSize page = TraceLayouts.Page(ref random);
        tally.Count(TraceTally.Pages, page.ToString());
        int most = page == PageSize.Size2M ? 2 : page == PageSize.Size4K ? random.OneIn(16) ? 700 : 40 : 12;
        int count = 1 + random.Below(most);
        (long at, long length) = Range(ref random, count, page);
        return new TraceStep(TraceAction.Allocate) { Item = Place(ref random, player.Buffers, taken: false), Page = page, Room = count, At = at, Length = length, Variant = random.Below(3) };
    }

    /// <summary>Which bytes of frames: from and to their edges, and one beside them.</summary>
    private static (long At, long Length) Range(ref SpyRandom random, long frames, PageSize page)
    {
        long all = frames * page.Bytes;
        long at = random.Below(8) switch
        {
            < 4 => 0,
            4 => 512 * random.Below(8),
            5 => page.Bytes - 1,
            6 => Math.Min(page.Bytes - 1, 4095 + random.Below(3)),
            _ => random.Below((int)Math.Min(page.Bytes, 1 << 16)),
        };
        long left = random.Below(6) switch { < 3 => 0, 3 => 512 * random.Below(8), 4 => 1, _ => random.Below(4096) };
        return (at, Math.Max(1, all - at - left));
    }

    private TraceStep Mapping(ref SpyRandom random)
    {
        (int source, long from, long length) = Part(ref random);
        DmaDirection direction = Directions[random.Below(3)];
        MapOptions options = Options(ref random);
        int room = Room(ref random);
        tally.Count(TraceTally.Directions, direction.ToString());
        tally.Count(TraceTally.Asked, options == MapOptions.None ? room == Plenty ? "plainly" : "with a short span" : options.ToString());
        tally.Count(TraceTally.Lengths, length switch { 1 => "1 byte", < 4096 => "less than 4 KiB", 4096 => "4 KiB", <= 65_536 => "up to 64 KiB", < 2 << 20 => "up to 2 MiB", _ => "2 MiB and more" });
        return new TraceStep(TraceAction.Map) { Device = Device(ref random), Item = Place(ref random, player.Mappings, taken: false), Source = source, From = from, Length = length, Direction = direction, Options = options, Room = room, Variant = random.OneIn(8) ? 1 : 0 };
    }

    private static MapOptions Options(ref SpyRandom random) => random.Below(24) switch { < 4 => MapOptions.Prefix, 4 => MapOptions.ZeroCopy, 5 => MapOptions.Prefix | MapOptions.ZeroCopy, _ => MapOptions.None };

    private static int Room(ref SpyRandom random) => random.Below(16) switch { < 11 => Plenty, 11 => 16, 12 => 0, _ => 1 + random.Below(5) };

    /// <summary>Bytes of a buffer: all, or from and to edges of frames and beside them.</summary>
    private (int Source, long From, long Length) Part(ref SpyRandom random)
    {
        int source = Place(ref random, player.Buffers, taken: true);
        ModelView view = player.Buffers[source]!.View;
        if (random.OneIn(3)) return (source, 0, view.Length);
        long from = Edge(ref random, view), to = random.OneIn(6) ? from + 1 : Edge(ref random, view);
        if (to < from) (from, to) = (to, from);
        if (from == view.Length) from--;
        return (source, from, Math.Max(1, Math.Min(to, view.Length) - from));
    }

    private static long Edge(ref SpyRandom random, ModelView view)
    {
        int granule = random.Below((int)view.Granules + 1);
        long at = ((long)granule * 4096) - view.InGranule + (random.Below(8) switch { < 4 => 0, 4 => 1, 5 => -1, 6 => 512 * random.Below(8), _ => random.Below(4096) });
        return Math.Max(0, Math.Min(at, view.Length));
    }

    private static long Inside(ref SpyRandom random, ModelMapping mapping)
    {
        int kind = random.Below(4);
        if (kind == 0) return 0;
        if (kind == 1) return mapping.Length - 1;
        long at = (long)((random.Next() >> 33) % (ulong)mapping.Length);

        // A frame that does not follow the one before it is where page tables and segments go wrong.
        return kind == 2 ? at : mapping.View.NextGap(at);
    }

    private TraceStep Access(ref SpyRandom random, TraceAction action)
    {
        int item = Mapped(ref random, out ModelMapping mapping);
        long at = Inside(ref random, mapping);
        int kind = random.Below(12);
        if (kind == 0) at = -1 - random.Below(random.OneIn(2) ? 8 : 5000);
        else if (kind == 1) at = mapping.Length + random.Below(random.OneIn(2) ? 8 : 5000);
        else if (kind < 5) at = mapping.Segments[random.Below(Math.Min(mapping.Segments.Length, 16))].Length - random.Below(3);
        long length = random.Below(16) switch { < 5 => 1 + random.Below(16), < 11 => 1 + random.Below(2048), < 15 => 1 + random.Below(9000), _ => 1 + random.Below(1 << 16) };
        if (random.OneIn(4) && at >= 0 && at < mapping.Length) length = Math.Min(1 << 14, mapping.Length - at);
        return new TraceStep(action) { Item = item, At = at, Length = length, Variant = Junk(ref random) };
    }

    private TraceStep Sync(ref SpyRandom random, TraceAction action)
    {
        int item = Mapped(ref random, out ModelMapping mapping);
        long at = random.OneIn(3) ? 0 : Inside(ref random, mapping);
        long length = random.Below(8) switch { < 3 => mapping.Length - at, < 6 => (long)((random.Next() >> 33) % (ulong)(mapping.Length - at + 1)), 6 => mapping.Length - at + random.Below(2), _ => 0 };
        if (random.OneIn(24)) (at, length) = random.OneIn(2) ? (-1, 1) : (long.MaxValue - 1, 4);
        return new TraceStep(action) { Item = item, At = at, Length = length };
    }

    private TraceStep Cpu(ref SpyRandom random, TraceAction action)
    {
        (int source, long from, long length) = Part(ref random);
        return new TraceStep(action) { Source = source, From = from, Length = Math.Min(length, 1 + random.Below(1 << 13)), Variant = Junk(ref random) };
    }

    private TraceStep Misuse(ref SpyRandom random)
    {
        (int source, long from, long length) = Part(ref random);
        return new TraceStep(TraceAction.Misuse) { Device = Device(ref random), Item = Place(ref random, player.Mappings, taken: true), Source = source, From = from, Length = length, At = Junk(ref random), Variant = random.Below(7) };
    }

    private TraceStep Shared(ref SpyRandom random, TraceAction action)
    {
        int at = random.OneIn(2) ? 0 : random.Below(player.SharedBytes);
        return new TraceStep(action) { At = at, Length = 1 + random.Below(Math.Min(player.SharedBytes - at, 1 << 13)), Variant = Junk(ref random) };
    }

    private TraceStep Sharing(ref SpyRandom random)
    {
        int device = Place(ref random, player.Attachments, taken: true);
        if (player.Attachments[device] is null) return Attaching(ref random);
        int at = random.OneIn(2) ? 0 : random.OneIn(2) ? random.Below(player.SharedBytes) & ~4095 : random.Below(player.SharedBytes);
        int length = random.OneIn(2) ? player.SharedBytes - at : 1 + random.Below(player.SharedBytes - at);
        return new TraceStep(TraceAction.Share) { Device = device, Item = Place(ref random, player.Mappings, taken: false), At = at, Length = length, Direction = Directions[random.Below(3)], Options = Options(ref random), Room = Room(ref random) };
    }

    private TraceStep Reservation(ref SpyRandom random)
    {
        long length = random.Below(8) switch { < 3 => 1 + random.Below(40_000), < 6 => 4096 * (1 + random.Below(64)), 6 => 1 + random.Below(3 << 20), _ => (2 << 20) + 4096 };
        return new TraceStep(TraceAction.Reserve) { Device = Device(ref random), Item = Place(ref random, player.Reservations, taken: false), Length = length };
    }

    private TraceStep Link(ref SpyRandom random)
    {
        int item = Place(ref random, player.Reservations, taken: true);
        if (player.Reservations[item] is not { } reservation) return Reservation(ref random);
        (int source, long from, long length) = Part(ref random);

        // Somewhere in the reservation, or right behind what is linked.
        int inGranule = player.Buffers[source]!.View.Slice(from, 1).InGranule;
        long granule = reservation.Links.Count > 0 && random.OneIn(2) ? reservation.Links[random.Below(reservation.Links.Count)].LastGranule + 1 : random.Below((int)reservation.Count);
        long at = (granule * 4096) + inGranule;
        if (!random.OneIn(6)) length = Math.Max(1, Math.Min(length, reservation.Length - at));
        if (random.OneIn(32)) at++;
        return new TraceStep(TraceAction.Link) { Item = item, At = at, Source = source, From = from, Length = length, Direction = Directions[random.Below(3)], Room = 1, Variant = Junk(ref random) };
    }

    private TraceStep Unlink(ref SpyRandom random)
    {
        int item = Place(ref random, player.Reservations, taken: true);
        if (player.Reservations[item] is not { Links.Count: > 0 } reservation) return Link(ref random);
        int first = random.Below(reservation.Links.Count), last = random.OneIn(2) ? first : Math.Min(reservation.Links.Count - 1, first + 1);
        long length = reservation.Links[last].End - reservation.Links[first].At;
        if (random.OneIn(8)) length += random.OneIn(2) ? 1 : -1;
        return new TraceStep(TraceAction.Unlink) { Item = item, At = reservation.Links[first].At, Length = length };
    }

    private TraceStep Spend(ref SpyRandom random)
    {
        int reservation = Place(ref random, player.Reservations, taken: true);
        if (player.Reservations[reservation] is null) return Reservation(ref random);
        (int source, long from, long length) = Part(ref random);
        if (!random.OneIn(4)) length = Math.Max(1, Math.Min(length, player.Reservations[reservation]!.Length - 4096));
        return new TraceStep(TraceAction.Spend) { Item = Place(ref random, player.Mappings, taken: false), Source = source, From = from, Length = length, Direction = Directions[random.Below(3)], Room = Room(ref random), Variant = reservation };
    }
}
