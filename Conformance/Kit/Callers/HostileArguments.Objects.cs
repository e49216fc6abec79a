using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Arguments of the libraries' own types.</summary>
internal sealed partial class HostileArguments
{
    private readonly Pfn[] _frames = new Pfn[24];
    private readonly DmaSegment[] _segments = new DmaSegment[16];
    private readonly MapPart[] _parts = new MapPart[4];

    internal Pfn Pfn() => Flag() ? World.Homes[Below(World.Homes.Length)] : new Pfn(ULong());

    internal PhysicalAddress Physical() => Flag() ? World.Homes[Below(World.Homes.Length)].ToAddress(PageSize.Size4K) + Below(4096) : new PhysicalAddress(ULong());

    internal DmaAddress Address() => new(ULong());

    internal PageSize Size() => One(PageSize.Size4K, PageSize.Size4K, PageSize.Size4K, PageSize.Size16K, PageSize.Size64K, PageSize.Size2M, PageSize.Size1G);

    /// <summary>Frames of the caller's own, of others', of nobody's, and beyond 2^64.</summary>
    internal Span<Pfn> Frames()
    {
        int count = OneIn(8) ? 0 : Below(_frames.Length) + 1;
        int start = Below(World.Homes.Length);
        bool good = Below(3) > 0;
        for (int i = 0; i < count; i++)
        {
            _frames[i] = good || Flag() ? World.Homes[(start + i) % World.Homes.Length]
                : Below(5) switch
                {
                    0 => new Pfn(ulong.MaxValue - (ulong)Below(2)),
                    1 => new Pfn((1ul << 52) - (ulong)Below(2)),
                    2 => new Pfn((ulong)((64 << 20) >> 12) + (ulong)Below(16)),
                    3 => new Pfn((ulong)((65 << 20) >> 12) + (ulong)Below(16)),
                    _ => new Pfn(_random.Next() >> Below(64)),
                };

            // What is written must be the caller's own: other RAM belongs to others in this world, and writing there is no malformed argument.
            if (_frames[i].Value < (2 << 20) >> 12 && !good) _frames[i] = World.Homes[Below(World.Homes.Length)];
        }

        return _frames.AsSpan(0, count);
    }

    /// <summary>Any view that can be made: empty, of frames beyond 2^64 bytes, with frames twice, of any page size.</summary>
    internal PfnView View()
    {
        if (OneIn(10)) return default;
        Span<Pfn> frames = Frames();
        bool usual = Below(4) > 0;
        PageSize size = usual ? PageSize.Size4K : Size();
        if (!usual && size != PageSize.Size4K)
        {
            // Larger frames over the caller's own would be over others' too.
            for (int i = 0; i < frames.Length; i++) frames[i] = new Pfn(frames[i].Value | (1ul << Below(64)) | (1ul << 40));
        }

        if (frames.IsEmpty || Flag()) return new PfnView(frames, size);
        long room = (long)frames.Length << size.Shift;
        long offset = Below(4096);
        return new PfnView(frames, size, offset, OneIn(8) ? 0 : Math.Min(room - offset, 1 + Below(1 << 20)));
    }

    internal Span<DmaSegment> Segments() => _segments.AsSpan(0, One(0, 1, 2, 16, 16));

    internal Span<MapPart> Parts() => _parts.AsSpan(0, Below(_parts.Length + 1));

    internal DmaSegment Segment() => new(Address(), Math.Abs(Modest() % (1L << 40)));

    internal DmaWindow Window() => Flag() ? DmaWindow.OfBits(1 + Below(64)) : default;

    internal DmaConstraints Constraints() => new()
    {
        Window = Window(),
        MaxSegmentSize = One<long>(0, 1, 512, 65536, long.MaxValue),
        MaxSegmentCount = One(0, 1, 3, int.MaxValue),
        SegmentBoundaryMask = One<ulong>(0, 0, 4095, 65535, ulong.MaxValue),
        Alignment = One<ulong>(0, 1, 4, 4096, 1ul << 63),
        Granularity = One<long>(0, 1, 3, 512, long.MaxValue),
        OffsetPreservingMask = One<ulong>(0, 0, 4095, 65535),
    };

    internal DmaDevice Device() => One(World.Nic, World.Plain, World.Narrow, World.Wild, new DmaDevice("made up", new RequesterId((ushort)Below(65536))));

    internal MapperProfile Profile() => One(World.Seats[Below(World.Seats.Count)].Mapper.Profile, new MapperProfile(Device(), One(Addressing.Direct, Addressing.Translated)) { BusOffset = Long(), LastPhysical = Physical(), BounceCapacity = Math.Max(0, Long() + 1) });

    internal Importer Importer() => new(Profile()) { NeedsPages = Flag(), ZeroCopyOnly = Flag(), MapsWindows = Flag(), RawPfns = OneIn(4), IsMovable = OneIn(4), TakesTurns = OneIn(4) };

    internal Placement Placement() => new() { First = OneIn(3) ? Physical() : default, Last = OneIn(3) ? Physical() : new PhysicalAddress(ulong.MaxValue), Alignment = One<ulong>(0, 4096, 1ul << 63), BoundaryMask = One<ulong>(0, 0, 4095, 65535) };

    internal PlacementDemand Demand() => OneIn(8) ? PlacementDemand.Bottom : new PlacementDemand { Placement = Placement(), Contiguous = Flag(), NeedsPages = Flag() };

    internal Plane Plane() => OneIn(6) ? default : new Plane(Below(9000), 1 + Below(3000), 3000 + Below(3000), 1 + Below(40));

    internal PfnBuffer Buffer() => new([.. World.Homes], PageSize.Size4K, Below(4096), Below(80_000));

    internal IPhysicalMemory Memory() => World.Machine;

    /// <summary>An exporter, or one that says of itself what cannot be.</summary>
    internal IExporter AnyExporter() => Below(4) > 0 ? Exporter() : new LyingExporter(World.Machine, One(0, -1, long.MinValue, long.MaxValue, 4096), Any<MemoryKind>());

    internal IExporter Exporter() => Below(5) switch
    {
        0 => new SystemMemoryExporter("ram", World.Machine, 1 + Below(20_000)),
        1 => new SystemMemoryExporter("huge", World.Machine, (1L << 43) - 4096),
        2 => new ContiguousPoolExporter("pool", World.Machine, World.Machine.Frames, 1 + Below(20_000)),
        3 => new FixedMemoryExporter("bar", World.Machine, new PhysicalAddress(64 << 20), 1 + Below(65536)),
        _ => new FixedMemoryExporter("secret", World.Machine, new PhysicalAddress(65 << 20), 1 + Below(65536)),
    };

    /// <summary>An exporter that a buffer can be made of.</summary>
    internal IExporter Small() => new SystemMemoryExporter("small", World.Machine, 4096 + Below(4096));

    internal SharingPolicy Policy() => new() { AllowsBounce = Flag(), AllowsMove = Flag(), PrefersBounce = Flag() };

    internal SharingState State() => new(Exporter(), Policy())
    {
        Attached = [.. new[] { Importer(), Importer() }.AsSpan(0, Below(3)).ToArray()],
        Holdings = OneIn(3) ? [new Holding("nic", One(HoldingKind.Mapping, HoldingKind.Pfns, HoldingKind.CpuAccess), Flag(), Flag())] : [],
        Backing = OneIn(3) ? PfnBufferCaller.Disposed(this, Buffer()) : null,
        Obstacle = OneIn(4) ? MoveObstacle.NoRoom("of room") : default,
    };

    internal SharedBuffer Shared() => OneIn(12) ? World.Gone : World.Buffers[Below(World.Buffers.Count)];

    /// <summary>Somebody attached; of a world whose attachments nobody detached.</summary>
    internal Attachment Attachment()
    {
        SharedBuffer buffer = World.Buffers[Below(World.Buffers.Count)];
        return buffer.Attachments[Below(buffer.Attachments.Count)];
    }

    internal MapperSeat Seat() => World.Seats[Below(World.Seats.Count)];

    /// <summary>A token that is live, stale, foreign, forged or none.</summary>
    internal MappingToken Token(MapperSeat seat)
    {
        MappingToken live = seat.Live.Count > 0 ? seat.Live[Below(seat.Live.Count)].Token : default;
        switch (Below(6))
        {
            case 0: return seat.Stale.Count > 0 ? seat.Stale[Below(seat.Stale.Count)] : default;
            case 1:
                MapperSeat other = Seat();
                return other != seat && other.Live.Count > 0 ? other.Live[Below(other.Live.Count)].Token : default;
            case 2: return Forged(live);
            default: return live;
        }
    }

    /// <summary>A token that nobody ever gave.</summary>
    internal MappingToken Forged(MappingToken live) => Below(5) switch
    {
        0 => new MappingToken(live.Owner, live.Slot, live.Generation + 1),
        1 => new MappingToken(live.Owner, live.Slot, live.Generation - 1),
        2 => new MappingToken(live.Owner, One(-1, int.MaxValue, int.MinValue, 1 << 20, live.Slot ^ 256), live.Generation),
        3 => new MappingToken(One(-1, 0, int.MaxValue, live.Owner + 1, 3), live.Slot, live.Generation),
        _ => new MappingToken(Int(), Int(), (uint)Int()),
    };

    internal IovaReservation Reservation(MapperSeat seat)
    {
        IovaReservation live = seat.Reservations.Count > 0 ? seat.Reservations[Below(seat.Reservations.Count)] : default;
        switch (Below(6))
        {
            case 0: return seat.Released.Count > 0 ? seat.Released[Below(seat.Released.Count)] : default;
            case 1:
                MapperSeat other = seat == World.Edged ? World.Translated : World.Edged;
                return other.Reservations.Count > 0 ? other.Reservations[Below(other.Reservations.Count)] : default;
            default: return live;
        }
    }
}
