using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// A domain and a mapper in it, whose hardware notes what it is asked to forget and calls somebody, and whose memory calls somebody once.
/// Places are told from where a reservation begins.
/// </summary>
internal sealed class LinkRig
{
    internal const long Granule = 4096;
    internal const long Table = 512 * Granule;
    internal const long Huge = 512 * Table;

    /// <summary>Where an aperture begins.</summary>
    internal const ulong Base = 8ul << 30;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly List<(ulong First, long Length)> _asked = [];
    private readonly KnownFormat _format;

    /// <summary>A rig.</summary>
    /// <param name="aperture">Bytes; 0 for all that the format translates.</param>
    /// <param name="tables">Frames for tables.</param>
    /// <param name="rules">What the device can take.</param>
    /// <param name="granule">The domain's granule.</param>
    /// <param name="format">The format of its tables.</param>
    /// <param name="isTrusted">Whether the device is.</param>
    /// <param name="lazy">How the domain is lazy; strict unless given.</param>
    internal LinkRig(
        long aperture = 0, int tables = 4096, DmaConstraints rules = default, PageSize granule = default, KnownFormat? format = null, bool isTrusted = true, LazyInvalidation? lazy = null)
    {
        _format = format ?? KnownFormat.Default;
        Frames = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), tables * Granule);
        var options = new IommuDomainOptions
        {
            Aperture = aperture == 0 ? default : new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (ulong)aperture - 1)),
            Format = _format.Format,
            Granule = granule,
            Lazy = lazy,
        };
        Domain = new IommuDomain(new CallingMemory(this), Frames, new NotingHardware(this), options);
        Mapper = new IommuMapper(new DmaDevice("linker", new RequesterId(1), rules) { IsTrusted = isTrusted }, Domain);
        Start = State();
        _asked.Clear();
    }

    internal FrameAllocator Frames { get; }

    internal IommuDomain Domain { get; }

    internal IommuMapper Mapper { get; }

    /// <summary>What there was at first.</summary>
    internal string Start { get; }

    internal SparseMemory Memory => _memory;

    /// <summary>Called whenever the hardware is told to forget.</summary>
    internal Action? Told { get; set; }

    /// <summary>Called when the hardware is told to block the domain.</summary>
    internal Action? Blocked { get; set; }

    /// <summary>Called at the next access to a table, once.</summary>
    internal Action? Accessed { get; set; }

    internal IovaReservation Reserve(long length)
    {
        ReserveResult result = Mapper.Reserve(length);
        Assert.True(result.IsReserved, result.ToString());
        return result.Reservation;
    }

    internal void Link(IovaReservation room, long offset, Pfn[] frames, PageSize size = default, long skipped = 0, long length = 0)
    {
        MapResult result = TryLink(room, offset, frames, size, skipped, length);
        Assert.True(result.IsMapped, result.ToString());
    }

    /// <summary>Links bytes of frames: all that are not skipped, unless a length is given.</summary>
    internal MapResult TryLink(IovaReservation room, long offset, Pfn[] frames, PageSize size = default, long skipped = 0, long length = 0)
        => Mapper.Link(room, offset, new PfnView(frames, size, skipped, length == 0 ? (frames.Length * size.Bytes) - skipped : length), DmaDirection.Bidirectional, MapOptions.None);

    /// <summary>Maps whole frames of 4 KiB.</summary>
    internal MappingToken Map(Pfn[] frames)
    {
        MapResult result = Mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional, new DmaSegment[1]);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }

    /// <summary>Leaves so many frames for tables.</summary>
    internal void TakeAllBut(int left)
    {
        while (Frames.FreeFrames > left) Assert.True(Frames.TryAllocate(1, default, out _));
    }

    /// <summary>What the tables lead to. There are as many of them as the domain says.</summary>
    internal List<(long At, ulong Physical, long Bytes)> Pages(IovaReservation room)
    {
        Assert.Equal(Domain.TableBytes, Tables() * Granule);
        return [.. _format.Walker.List(_memory, Domain.RootTable).Select(page => ((long)(page.Iova - room.Address.Value), page.Physical, page.Bytes))];
    }

    /// <summary>Pages of 4 KiB side by side.</summary>
    internal static IEnumerable<(long At, ulong Physical, long Bytes)> Small(long at, IEnumerable<Pfn> frames)
        => frames.Select((frame, i) => (at + (i * Granule), frame.Value << 12, Granule));

    /// <summary>Tables that a walk from the root goes through.</summary>
    internal int Tables() => _format.Walker.CountTables(_memory, Domain.RootTable);

    /// <summary>What the hardware was asked to forget since the last time.</summary>
    internal List<(long At, long Length)> TakeAsked(IovaReservation room)
    {
        List<(long At, long Length)> asked = [.. _asked.Select(one => ((long)(one.First - room.Address.Value), one.Length))];
        _asked.Clear();
        return asked;
    }

    /// <summary>All that reserving may change, when nothing is kept warm.</summary>
    internal string State()
    {
        Domain.Trim();
        string pages = string.Join(";", _format.Walker.List(_memory, Domain.RootTable));
        return $"{Domain.FreeIovaBytes} {Domain.LargestFreeIovaBytes} {Domain.LiveMappings} {Domain.TableBytes} {Frames.FreeFrames} {pages}";
    }

    private sealed class NotingHardware(LinkRig rig) : IIotlbInvalidation
    {
        public void Invalidate(int domain, DmaAddress first, long length)
        {
            rig._asked.Add((first.Value, length));
            rig.Told?.Invoke();
        }

        public void Block(int domain) => rig.Blocked?.Invoke();
    }

    private sealed class CallingMemory(LinkRig rig) : IPhysicalMemory
    {
        public MemoryRegion RegionAt(PhysicalAddress address) => rig._memory.RegionAt(address);

        public Span<byte> Access(PhysicalAddress address, long length)
        {
            Action? accessed = rig.Accessed;
            rig.Accessed = null;
            accessed?.Invoke();
            return rig._memory.Access(address, length);
        }
    }
}
