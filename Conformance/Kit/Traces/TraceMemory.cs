using System;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Memory at the addresses where things go wrong: at 0, around 16 MiB and 4 GiB, around the highest frame that a table can name, and at the
/// very end. Each frame begins with noise of its own, and what was touched is known, so that the next machine costs no more than that.
/// Not thread-safe.
/// </summary>
public sealed class TraceMemory : IPhysicalMemory
{
    /// <summary>Most slots of a pool.</summary>
    public const int MostSlots = 128;

    /// <summary>Most frames for page tables.</summary>
    public const int MostTables = 1024;

    /// <summary>Bytes in a frame.</summary>
    internal const int Frame = 4096;

    /// <summary>The bounce pool, below what any device reaches.</summary>
    internal const int Pool = 0;

    /// <summary>At address 0.</summary>
    internal const int Zero = 1;

    /// <summary>Around 16 MiB.</summary>
    internal const int Isa = 2;

    /// <summary>Frames of 2 MiB that all but the narrowest devices reach.</summary>
    internal const int Large = 3;

    /// <summary>Device memory.</summary>
    internal const int Mmio = 4;

    /// <summary>Around 4 GiB.</summary>
    internal const int Edge = 5;

    /// <summary>Frames of 2 MiB beyond 4 GiB.</summary>
    internal const int High = 6;

    /// <summary>Around 2^48.</summary>
    internal const int Far48 = 7;

    /// <summary>Around 2^52.</summary>
    internal const int Far52 = 8;

    /// <summary>Up to 2^64.</summary>
    internal const int Top = 9;

    /// <summary>What an allocator has below 4 GiB.</summary>
    internal const int LowZone = 10;

    /// <summary>What it has above.</summary>
    internal const int HighZone = 11;

    /// <summary>Page tables.</summary>
    internal const int Tables = 12;

    private const int Kibi = 1 << 10;
    private const int Mebi = 1 << 20;

    private static readonly (ulong Start, int Length)[] Areas =
    [
        (0x0080_0000, MostSlots * Frame),
        (0, 512 * Kibi),
        (0x0100_0000 - (512 * Kibi), Mebi),
        (0x8000_0000, 8 * Mebi),
        (0xE000_0000, 512 * Kibi),
        (0x1_0000_0000 - Mebi, 2 * Mebi),
        (0x4_0000_0000, 8 * Mebi),
        ((1ul << 48) - (512 * Kibi), Mebi),
        ((1ul << 52) - (512 * Kibi), Mebi),
        (ulong.MaxValue - ((512 * Kibi) - 1), 512 * Kibi),
        (0x4000_0000, 8 * Mebi),
        (0x2_0000_0000, 8 * Mebi),
        (0x1_8000_0000, MostTables * Frame),
    ];

    private static readonly int[] Bases = BasesOf();

    private readonly TraceBytes _bytes;
    private readonly byte[] _real;
    private readonly bool _frameByFrame;

    internal TraceMemory(TraceBytes bytes, bool frameByFrame)
    {
        _bytes = bytes;
        _bytes.Begin(Bases[Areas.Length]);
        _real = bytes.Real;
        _frameByFrame = frameByFrame;
    }

    /// <summary>The first frame of the page tables, by index; they come last.</summary>
    internal static int FirstOfTables => Bases[Tables] / Frame;

    /// <summary>Where an area starts.</summary>
    internal static ulong StartOf(int area) => Areas[area].Start;

    /// <summary>Bytes of an area.</summary>
    internal static int LengthOf(int area) => Areas[area].Length;

    /// <summary>The area of an address; -1 where there is none.</summary>
    internal static int AreaAt(ulong address)
    {
        for (int area = 0; area < Areas.Length; area++)
        {
            if (address - Areas[area].Start < (ulong)Areas[area].Length) return area;
        }

        return -1;
    }

    /// <summary>Index of the byte at an address; -1 where there is none, or a page table.</summary>
    internal static int IndexOf(ulong address)
    {
        int area = AreaAt(address);
        return area is < 0 or Tables ? -1 : Bases[area] + (int)(address - Areas[area].Start);
    }

    /// <summary>The address of a byte.</summary>
    internal static ulong AddressOf(int index)
    {
        int area = 0;
        while (index >= Bases[area + 1]) area++;
        return Areas[area].Start + (ulong)(index - Bases[area]);
    }

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address)
    {
        int area = AreaAt(address.Value);
        if (area >= 0) return new MemoryRegion(new PhysicalAddress(Areas[area].Start), Areas[area].Length, area == Mmio ? MemoryKind.Mmio : MemoryKind.PageBacked);
        return new MemoryRegion(new PhysicalAddress(address.Value & ~(ulong)(Frame - 1)), Frame, MemoryKind.Absent);
    }

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        int area = AreaAt(address.Value);
        if (length < 1 || area < 0) throw new ArgumentOutOfRangeException(nameof(address), address, $"{length} bytes are not there");
        int offset = (int)(address.Value - Areas[area].Start);
        int room = _frameByFrame ? Frame - (offset & (Frame - 1)) : Areas[area].Length - offset;
        int count = (int)Math.Min(length, room);
        int at = Bases[area] + offset;
        _bytes.Touch(at, count);
        return _real.AsSpan(at, count);
    }

    private static int[] BasesOf()
    {
        int[] bases = new int[Areas.Length + 1];
        for (int area = 0; area < Areas.Length; area++) bases[area + 1] = bases[area] + Areas[area].Length;
        return bases;
    }
}
