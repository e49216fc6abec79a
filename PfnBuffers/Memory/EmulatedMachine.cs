using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace PfnBuffers;

/// <summary>
/// The physical memory of a machine that exists only here: regions of RAM, device memory and protected memory in a
/// 64-bit address space, and an allocator of the RAM's frames. Bytes are managed arrays, zero at first, committed 2 MiB at
/// a time when first reached and kept for the machine's life, so a machine of a terabyte costs nothing until it is used.
/// Thread-safe; no lock is taken to reach bytes.
/// </summary>
public sealed class EmulatedMachine : IPhysicalMemory
{
    private const ulong DmaEnd = 16UL << 20;
    private const ulong Dma32End = 1UL << 32;

    /// <summary>A gap longer than this is reported in parts: a region's length is a long.</summary>
    private const ulong LongestGap = (1UL << 63) - 4096;

    private readonly RegionBytes[] _regions;
    private readonly ulong[] _starts;
    private readonly RegionBytes? _first;
    private FrameAllocator? _frames;

    /// <summary>A machine with these regions; everything else is absent.</summary>
    /// <param name="regions">
    /// In any order, of any kind but <see cref="MemoryKind.Absent"/>, starts and lengths multiples of 4096, lengths 4096 to 2^48,
    /// not overlapping. Regions of one kind that touch become one.
    /// </param>
    /// <exception cref="ArgumentNullException">No regions.</exception>
    /// <exception cref="ArgumentException">A region breaks one of these rules; the message names it.</exception>
    public EmulatedMachine(params MemoryRegion[] regions)
    {
        var sorted = new List<MemoryRegion>(Throw.IfNull(regions, nameof(regions)));
        sorted.Sort((a, b) => a.Start.CompareTo(b.Start));
        var bytes = new List<RegionBytes>();
        for (int i = 0; i < sorted.Count; i++)
        {
            MemoryRegion region = sorted[i];
            Check(region);
            if (i > 0 && region.Start.Value - sorted[i - 1].Start.Value < (ulong)sorted[i - 1].Length)
                Throw.Argument(nameof(regions), $"Region {region} overlaps region {sorted[i - 1]}.");
            if (bytes.Count > 0 && bytes[bytes.Count - 1].Region is var last && Touch(last, region))
                bytes[bytes.Count - 1] = new RegionBytes(new MemoryRegion(last.Start, last.Length + region.Length, last.Kind));
            else
                bytes.Add(new RegionBytes(region));
        }

        _regions = bytes.ToArray();
        _first = _regions.Length > 0 ? _regions[0] : null;
        _starts = Array.ConvertAll(_regions, region => region.Region.Start.Value);
    }

    /// <summary>
    /// The allocator of all page-backed frames, in the zones of a PC: "DMA" below 16 MiB, "DMA32" below 4 GiB, "Normal"
    /// above, each cut by the regions.
    /// </summary>
    public FrameAllocator Frames
    {
        get
        {
            if (Volatile.Read(ref _frames) is null) Interlocked.CompareExchange(ref _frames, new FrameAllocator(Zones()), null);
            return _frames!;
        }
    }

    /// <summary>Bytes of host memory that stand behind regions at this moment.</summary>
    public long CommittedBytes
    {
        get
        {
            long bytes = 0;
            foreach (RegionBytes region in _regions) bytes += region.CommittedBytes;
            return bytes;
        }
    }

    /// <summary>A machine laid out like a PC: RAM below 3 GiB from 0 on, the rest from 4 GiB on, a gap between for devices.</summary>
    /// <param name="bytes">RAM in bytes, a multiple of 4096 in 4096 to 2^48.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number of bytes.</exception>
    public static EmulatedMachine WithRam(long bytes)
    {
        const long LowEnd = 3L << 30;
        if (bytes is < 4096 or > 1L << 48 || (bytes & 4095) != 0)
            Throw.OutOfRange(nameof(bytes), bytes, "it must be a multiple of 4096 in 4096 to 2^48");
        var low = new MemoryRegion(default, Math.Min(bytes, LowEnd), MemoryKind.PageBacked);
        return bytes <= LowEnd
            ? new EmulatedMachine(low)
            : new EmulatedMachine(low, new MemoryRegion(new PhysicalAddress(Dma32End), bytes - LowEnd, MemoryKind.PageBacked));
    }

    /// <inheritdoc/>
    /// <remarks>O(log regions). An absent range longer than 2^63 - 1 bytes is reported in parts.</remarks>
    public MemoryRegion RegionAt(PhysicalAddress address)
    {
        int index = IndexAt(address);
        if (index >= 0 && _regions[index].Region.Contains(address)) return _regions[index].Region;

        ulong start = index < 0 ? 0 : _starts[index] + (ulong)_regions[index].Region.Length;
        ulong last = index + 1 < _starts.Length ? _starts[index + 1] - 1 : ulong.MaxValue;
        start += (address.Value - start) / LongestGap * LongestGap;
        ulong lengthLessOne = Math.Min(last - start, LongestGap - 1);
        return new MemoryRegion(new PhysicalAddress(start), (long)lengthLessOne + 1, MemoryKind.Absent);
    }

    /// <inheritdoc/>
    /// <remarks>Spans end where a chunk of 2 MiB ends, counted from the region's start.</remarks>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        // Most accesses are to RAM that begins at 0, the first region.
        if (length >= 1 && _first is { } first && address.Value - first.Start < first.Length) return first.At(address.Value - first.Start, length);
        return AccessAny(address, length);
    }

    /// <summary>Index of the last region that starts at or below the address, or -1.</summary>
    private int IndexAt(PhysicalAddress address)
    {
        ulong[] starts = _starts;
        int low = 0;
        int high = starts.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (starts[middle] <= address.Value) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Span<byte> AccessAny(PhysicalAddress address, long length)
    {
        if (length < 1) Throw.OutOfRange(nameof(length), length, "it must be 1 or more");
        int index = IndexAt(address);
        if (index >= 0)
        {
            RegionBytes region = _regions[index];
            ulong offset = address.Value - region.Start;
            if (offset < region.Length) return region.At(offset, length);
        }

        Throw.OutOfRange(nameof(address), address, $"nothing is there: {RegionAt(address)}");
        return default;
    }

    private List<MemoryZone> Zones()
    {
        var zones = new List<MemoryZone>();
        foreach (RegionBytes bytes in _regions)
        {
            MemoryRegion region = bytes.Region;
            if (region.Kind != MemoryKind.PageBacked) continue;
            AddPart(region, "DMA", 0, DmaEnd - 1);
            AddPart(region, "DMA32", DmaEnd, Dma32End - 1);
            AddPart(region, "Normal", Dma32End, ulong.MaxValue);
        }

        return zones;

        void AddPart(in MemoryRegion region, string name, ulong first, ulong last)
        {
            first = Math.Max(first, region.Start.Value);
            last = Math.Min(last, region.Start.Value + (ulong)region.Length - 1);
            if (first <= last) zones.Add(new MemoryZone(name, new PhysicalAddress(first), (long)(last - first) + 1));
        }
    }

    private static bool Touch(MemoryRegion low, MemoryRegion high)
        => low.Kind == high.Kind && high.Start.Value - low.Start.Value == (ulong)low.Length && low.Length + high.Length <= 1L << 48;

    private static void Check(MemoryRegion region)
    {
        if (region.Kind == MemoryKind.Absent) Throw.Argument("regions", $"Region {region} is absent memory; leave it out.");
        if ((region.Start.Value & 4095) != 0 || (region.Length & 4095) != 0 || region.Length is < 4096 or > 1L << 48)
            Throw.Argument("regions", $"Region {region} must start at a multiple of 4096 and have a multiple of 4096 bytes in 4096 to 2^48.");
    }
}
