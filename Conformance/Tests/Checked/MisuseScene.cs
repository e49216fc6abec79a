using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Runtime.CompilerServices;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>
/// A machine with a checker over all of it: a nic behind an IOMMU, a disk at bus addresses, an old card that works on copies. Frames of the
/// same buffer lie at 16 MiB; pools and tables elsewhere.
/// </summary>
internal sealed class MisuseScene
{
    internal const long Home = 16 << 20;

    private readonly ConcurrentQueue<MisuseReport> _told = new();

    internal MisuseScene(bool throws = true, Func<MappingCheckerOptions, MappingCheckerOptions>? options = null, LazyInvalidation? lazy = null)
    {
        var plain = new MappingCheckerOptions { OnMisuse = throws ? null : _told.Enqueue };
        Checker = new MappingChecker(options?.Invoke(plain) ?? plain);
        Memory = EmulatedMachine.WithRam(64 << 20);
        Kernel = new FrameAllocator(default, 4 << 20);
        Iommu = new EmulatedIommu(Memory);
        Domain = new IommuDomain(Memory, Kernel, Iommu, new IommuDomainOptions { Lazy = lazy });
        NicDevice = new DmaDevice("nic", new RequesterId(0, 3, 0), new DmaConstraints { MaxSegmentSize = 65536 });
        DiskDevice = new DmaDevice("disk", new RequesterId(0, 4, 0), new DmaConstraints { MaxSegmentSize = 8192, SegmentBoundaryMask = 0xFFFF });
        CardDevice = new DmaDevice("card", new RequesterId(0, 5, 0), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        Nic = new CheckedReservingMapper(Checker, new IommuMapper(NicDevice, Domain));
        Disk = new CheckedMapper(Checker, new DirectMapper(DiskDevice));
        Pool = new BouncePool(Memory, Kernel, 1 << 20);
        Card = new CheckedMapper(Checker, new BounceMapper(new DirectMapper(CardDevice), Pool, BounceMode.Everything));
        NicPort = Iommu.Connect(NicDevice, Domain);
        Checker.Watch(NicPort);
        Cpu = new CheckedMemory(Checker, Memory);
    }

    internal MappingChecker Checker { get; }

    internal EmulatedMachine Memory { get; }

    internal CheckedMemory Cpu { get; }

    internal FrameAllocator Kernel { get; }

    internal EmulatedIommu Iommu { get; }

    internal IommuDomain Domain { get; }

    internal BouncePool Pool { get; }

    internal DmaDevice NicDevice { get; }

    internal DmaDevice DiskDevice { get; }

    internal DmaDevice CardDevice { get; }

    internal CheckedReservingMapper Nic { get; set; }

    internal CheckedMapper Disk { get; set; }

    internal CheckedMapper Card { get; }

    internal BusPort NicPort { get; }

    internal DmaSegment[] Segments { get; } = new DmaSegment[16];

    /// <summary>What was told where nothing is thrown.</summary>
    internal MisuseReport[] Told => [.. _told];

    /// <summary>Frames that follow each other, from the first of the buffer on.</summary>
    internal static PfnBuffer Frames(int count, int first = 0) => new([.. Enumerable.Range(first, count).Select(i => new Pfn((Home >> 12) + (ulong)i))], PageSize.Size4K);

    /// <summary>Not inlined, so that it can be named with its line.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal MappingToken Map(IDmaMapper mapper, int count = 1, DmaDirection direction = DmaDirection.FromDevice, int first = 0, MapOptions options = MapOptions.None)
    {
        MapResult result = mapper.Map(Frames(count, first).View, direction, Segments, options);
        return result.IsMapped ? result.Token : throw new InvalidOperationException(result.ToString());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal IovaReservation Reserve(int granules = 8)
    {
        ReserveResult result = Nic.Reserve(granules * 4096L);
        return result.IsReserved ? result.Reservation : throw new InvalidOperationException(result.ToString());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Link(IovaReservation reservation, int at, int count, DmaDirection direction = DmaDirection.FromDevice)
    {
        MapResult result = Nic.Link(reservation, at * 4096L, Frames(count, at).View, direction, MapOptions.None);
        if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
    }

    /// <summary>What mapping may change, with nothing kept warm.</summary>
    internal string State()
    {
        Domain.Trim();
        return $"{Checker.LiveMappings} mappings, {Checker.Quarantine.Count} in quarantine, {Domain.LiveMappings} in the domain, {Domain.FreeIovaBytes} of IOVA, {Pool.FreeBytes} of slots";
    }

    /// <summary>The misuse that comes out of a call; null where none does. The scene lives until then: a mapper that is collected loses what it mapped.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal MisuseReport? Caught(Action call)
    {
        try
        {
            call();
            return null;
        }
        catch (DmaMisuseException misuse)
        {
            return misuse.Report;
        }
        catch (Exception other) when (other is ArgumentException or InvalidOperationException)
        {
            // The mapper inside spoke first.
            return null;
        }
        finally
        {
            GC.KeepAlive(this);
        }
    }
}
