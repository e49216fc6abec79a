using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// What is called badly: a small machine, a mapper of every kind over it, shared buffers with devices attached. Its digest is all that
/// can be observed of it, so that a call that was refused is known to have changed nothing.
/// </summary>
internal sealed class CallerWorld
{
    private const int HomeFrames = 24;
    private readonly long _free;
    private readonly DirectMapper _watched;
    private readonly IommuMapper _watchedTwice;

    internal CallerWorld()
    {
        Machine = new EmulatedMachine(
            new MemoryRegion(default, 2 << 20, MemoryKind.PageBacked),
            new MemoryRegion(new PhysicalAddress(64 << 20), 64 << 10, MemoryKind.Mmio),
            new MemoryRegion(new PhysicalAddress(65 << 20), 64 << 10, MemoryKind.Protected));
        _free = Machine.Frames.FreeFrames;
        Homes = new Pfn[HomeFrames];
        if (!Machine.Frames.TryAllocate(Homes, PageSize.Size4K, default)) throw new InvalidOperationException("No frames for homes.");
        Iommu = new EmulatedIommu(Machine);
        Domain = new IommuDomain(Machine, Machine.Frames, Iommu, new DmaWindow(new DmaAddress(0x10_0000), new DmaAddress(0x4F_FFFF)));
        Confined = new IommuDomain(Machine, Machine.Frames, Iommu, new IommuDomainOptions { Aperture = new DmaWindow(new DmaAddress(0x10_0000), new DmaAddress(0x2F_FFFF)), IsTrusted = false });
        Pool = new BouncePool(Machine, Machine.Frames, new BouncePoolOptions { Length = 16 << 12, MostLength = 32 << 12, Placement = Placement.Below(21), Name = "hostile" });
        Nic = new DmaDevice("nic", new RequesterId(0, 1, 0), new DmaConstraints { MaxSegmentSize = 8192, MaxSegmentCount = 6 });
        Plain = new DmaDevice("plain", new RequesterId(0, 2, 0));
        Narrow = new DmaDevice("narrow", new RequesterId(0, 3, 0), new DmaConstraints { Window = DmaWindow.OfBits(21), Alignment = 4, MaxSegmentCount = 8 });
        Wild = new DmaDevice("wild", new RequesterId(0, 4, 0)) { IsTrusted = false };
        Port = Iommu.Connect(Nic, Domain);
        DirectPort = BusPort.Direct(Plain, Machine);
        var confined = new IommuMapper(Wild, Confined);
        Seats =
        [
            Direct = new MapperSeat(new DirectMapper(Plain)),
            Translated = new MapperSeat(new IommuMapper(Nic, Domain)),
            Bounced = new MapperSeat(new BounceMapper(new DirectMapper(Narrow), Pool)),
            Edged = new MapperSeat(new ReservingBounceMapper(confined, Pool)),
        ];
        Watched = new MapperSeat(new CheckedMapper(Checker, _watched = new DirectMapper(new DmaDevice("watched", new RequesterId(0, 6, 0)))));
        WatchedTwice = new MapperSeat(new CheckedReservingMapper(Checker, _watchedTwice = new IommuMapper(new DmaDevice("watched twice", new RequesterId(0, 7, 0)), Domain)));
        Planes = new PlaneMapper(Translated.Mapper);
        Buffers = [Share("ram", 5 * 4096, Direct.Mapper, Translated.Mapper), Share("bounced", 3 * 4096, Bounced.Mapper, Direct.Mapper), ShareTurns(), ShareRaw()];
        Directory.Add(Buffers[0]);
        CoherentMemory.TryAllocate(Translated.Mapper, Machine, Machine.Frames, 5000, out CoherentMemory? ring);
        Coherent = ring!;
        Gone = new SharedBuffer(new SystemMemoryExporter("gone", Machine, 4096));
        Gone.Dispose();
        GonePool = new BouncePool(Machine, Machine.Frames, 4096);
        GonePool.Dispose();
        GoneDomain = new IommuDomain(Machine, Machine.Frames, Iommu);
        GoneMapper = new IommuMapper(Plain, GoneDomain);
        GoneDomain.Dispose();

        // Some of what lives was made by another thread, in a lane of its own.
        var other = new Thread(() =>
        {
            foreach (MapperSeat seat in Seats) MapWhole(seat);
        });
        other.Start();
        other.Join();
    }

    internal EmulatedMachine Machine { get; }

    internal EmulatedIommu Iommu { get; }

    internal IommuDomain Domain { get; }

    internal IommuDomain Confined { get; }

    internal BouncePool Pool { get; }

    internal DmaDevice Nic { get; }

    internal DmaDevice Plain { get; }

    internal DmaDevice Narrow { get; }

    internal DmaDevice Wild { get; }

    internal BusPort Port { get; }

    internal BusPort DirectPort { get; }

    internal IReadOnlyList<MapperSeat> Seats { get; }

    internal MapperSeat Direct { get; }

    internal MapperSeat Translated { get; }

    internal MapperSeat Bounced { get; }

    internal MapperSeat Edged { get; }

    /// <summary>Finds misuses of what is mapped through the two seats that follow, and throws.</summary>
    internal MappingChecker Checker { get; } = new();

    /// <summary>A checked mapper.</summary>
    internal MapperSeat Watched { get; }

    /// <summary>One of the two-step form.</summary>
    internal MapperSeat WatchedTwice { get; }

    internal PlaneMapper Planes { get; }

    internal List<MappingToken> LivePlanes { get; } = [];

    internal IReadOnlyList<SharedBuffer> Buffers { get; }

    internal List<(Attachment Attachment, MappingToken Token, bool IsHold)> LiveUses { get; } = [];

    internal List<(Attachment Attachment, AccessTurn Turn)> Turns { get; } = [];

    internal List<CpuAccess> Accesses { get; } = [];

    internal List<BounceReservation> Slots { get; } = [];

    /// <summary>A reservation that was good once.</summary>
    internal BounceReservation SpentSlots { get; set; }

    internal SharedBufferDirectory Directory { get; } = new();

    internal CoherentMemory Coherent { get; }

    /// <summary>Disposed before anybody calls it.</summary>
    internal SharedBuffer Gone { get; }

    internal BouncePool GonePool { get; }

    internal IommuDomain GoneDomain { get; }

    internal IommuMapper GoneMapper { get; }

    /// <summary>Frames whose bytes belong to the callers.</summary>
    internal Pfn[] Homes { get; }

    /// <summary>Bytes, and what is free, live, attached and decided.</summary>
    /// <param name="warm">What is free, taken and kept warm at the moment; a shortage calls that in, and is no change of anything else.</param>
    internal ulong Digest(out ulong warm)
    {
        ulong digest = 17;
        warm = ((ulong)Machine.Frames.FreeFrames << 32) ^ ((ulong)Pool.Capacity << 8) ^ (ulong)Domain.TableBytes ^ ((ulong)Confined.TableBytes << 1);
        foreach (Pfn home in Homes)
        {
            foreach (ulong word in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(Machine.Access(home.ToAddress(PageSize.Size4K), 4096))) digest = (digest * 31) + word;
        }

        Add(Pool.Capacity - Pool.FreeBytes);
        foreach (IommuDomain domain in new[] { Domain, Confined })
        {
            Add((long)domain.FreeIovaBytes);
            Add(domain.LiveMappings);
        }

        Add(((DirectMapper)Direct.Mapper).LiveMappings);
        Add(((IommuMapper)Translated.Mapper).LiveMappings);
        Add(((IommuMapper)Translated.Mapper).LiveReservations);
        Add(((BounceMapper)Bounced.Mapper).LiveMappings);
        Add(((BounceMapper)Bounced.Mapper).LiveReservations);
        Add(((ReservingBounceMapper)Edged.Mapper).LiveMappings);
        Add(((ReservingBounceMapper)Edged.Mapper).LiveReservations);
        Add(_watched.LiveMappings);
        Add(_watchedTwice.LiveMappings);
        Add(_watchedTwice.LiveReservations);
        Add(Checker.LiveMappings);
        Add(Checker.Quarantine.Count);
        Add(Planes.LiveMappings);
        Add(Directory.Count);
        foreach (SharedBuffer buffer in Buffers)
        {
            Add(buffer.LiveUses);
            Add(buffer.Backing?.FrameCount ?? -1);
            Add(buffer.CurrentConstraints.GetHashCode());
            foreach (Attachment one in buffer.Attachments)
            {
                Add((long)one.Decision.Verdict);
                Add(one.LiveMappings);
            }
        }

        return digest;

        void Add(long number) => digest = (digest * 0x100_0000_01B3) ^ (ulong)number;
    }

    /// <summary>Ends all that lives, as a good caller would, and disposes everything.</summary>
    /// <returns>What is left behind; null where nothing is.</returns>
    internal string? Close()
    {
        foreach ((Attachment attachment, AccessTurn turn) in Turns) attachment.EndAccess(turn);
        foreach ((Attachment attachment, MappingToken token, bool isHold) in LiveUses)
        {
            if (isHold) attachment.PutBack(token);
            else attachment.Unmap(token);
        }

        foreach (CpuAccess access in Accesses) access.Dispose();
        foreach (MappingToken token in LivePlanes) Planes.Unmap(token);
        foreach (BounceReservation one in Slots) ((BounceMapper)Bounced.Mapper).Release(one);
        foreach (SharedBuffer buffer in Buffers) buffer.Dispose();
        Coherent.Dispose();
        foreach (MapperSeat seat in (MapperSeat[])[.. Seats, Watched, WatchedTwice]) seat.Close();
        ((CheckedMapper)Watched.Mapper).Dispose();
        ((CheckedReservingMapper)WatchedTwice.Mapper).Dispose();
        Pool.Dispose();
        Domain.Dispose();
        Confined.Dispose();
        Machine.Frames.Free(Homes, PageSize.Size4K);
        long lost = _free - Machine.Frames.FreeFrames;
        return lost == 0 ? null : FormattableString.Invariant($"{lost} frames are still taken when everything has ended");
    }

    private void MapWhole(MapperSeat seat)
    {
        var segments = new DmaSegment[8];
        MapResult result = seat.Mapper.Map(new PfnView(Homes.AsSpan(0, 2), PageSize.Size4K), DmaDirection.ToDevice, segments, MapOptions.None);
        if (result.IsMapped) seat.Live.Add(result);
    }

    private SharedBuffer Share(string name, long length, params IDmaMapper[] mappers)
    {
        var buffer = new SharedBuffer(new SystemMemoryExporter(name, Machine, length));
        foreach (IDmaMapper mapper in mappers) buffer.Attach(mapper);
        return buffer;
    }

    private SharedBuffer ShareTurns()
    {
        var buffer = new SharedBuffer(new SystemMemoryExporter("turns", Machine, 8192), new SharingPolicy { AllowsMove = false });
        foreach (MapperSeat seat in Seats.Take(3)) buffer.Attach(seat.Mapper, new Importer(seat.Mapper.Profile) { TakesTurns = true });
        return buffer;
    }

    private SharedBuffer ShareRaw()
    {
        var buffer = new SharedBuffer(new SystemMemoryExporter("raw", Machine, 8192));
        buffer.AttachRaw(new Importer(new MapperProfile(new DmaDevice("raw", new RequesterId(0, 5, 0)), Addressing.Direct)) { RawPfns = true });
        buffer.Attach(Direct.Mapper, new Importer(Direct.Mapper.Profile) { Access = MemoryAccess.Read });
        return buffer;
    }
}
