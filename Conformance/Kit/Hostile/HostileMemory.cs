using System;
using PfnBuffers;

namespace Conformance;

/// <summary>Memory in areas, which remembers the byte that each thread reached last, so that it is seen where a device's address leads. Thread-safe.</summary>
internal sealed class HostileMemory : IPhysicalMemory
{
    internal const int Frame = 4096;

    private static readonly (ulong Start, int Frames, MemoryKind Kind)[] Areas =
    [
        (0x0400_0000, 48, MemoryKind.PageBacked),
        (0x0800_0000, 1024, MemoryKind.PageBacked),
        (0x1000_0000, 192, MemoryKind.PageBacked),
        (0x2000_0000, 1024, MemoryKind.PageBacked),
        (0x3000_0000, 24, MemoryKind.Protected),
        (0xFFFF_0000, 32, MemoryKind.PageBacked),
    ];

    [ThreadStatic]
    private static int _lastReached;

    private readonly int[] _bases = new int[Areas.Length];

    internal HostileMemory()
    {
        int at = 0;
        for (int area = 0; area < Areas.Length; area++)
        {
            _bases[area] = at;
            at += Areas[area].Frames * Frame;
        }

        Bytes = new byte[at];
    }

    /// <summary>Index of the byte that this thread reached last.</summary>
    internal static int LastReached => _lastReached;

    internal static PhysicalAddress PoolStart => new(Areas[0].Start);

    internal static int PoolBytes => Areas[0].Frames * Frame;

    internal static PhysicalAddress TablesStart => new(Areas[1].Start);

    internal static int TablesBytes => Areas[1].Frames * Frame;

    /// <summary>All bytes, by index: those of the pool first, then those of tables, then homes.</summary>
    internal byte[] Bytes { get; }

    /// <summary>Index of the first byte of a home.</summary>
    internal int FirstHome => _bases[2];

    /// <summary>Frames of one area of homes: 0 those with pages, 1 those that a large page can be made of, 2 protected ones, 3 those around 4 GiB.</summary>
    internal static (ulong First, int Count) HomesOf(int area) => (Areas[area + 2].Start >> 12, Areas[area + 2].Frames);

    internal bool IsInPool(int index) => index < _bases[1];

    /// <summary>The byte at an address; -1 where there is none.</summary>
    internal int IndexOf(ulong address)
    {
        for (int area = 0; area < Areas.Length; area++)
        {
            if (address - Areas[area].Start < (ulong)(Areas[area].Frames * Frame)) return _bases[area] + (int)(address - Areas[area].Start);
        }

        return -1;
    }

    internal bool IsProtected(int index) => index >= _bases[4] && index < _bases[5];

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address)
    {
        foreach ((ulong start, int frames, MemoryKind kind) in Areas)
        {
            if (address.Value - start < (ulong)(frames * Frame)) return new MemoryRegion(new PhysicalAddress(start), frames * Frame, kind);
        }

        return new MemoryRegion(new PhysicalAddress(address.Value & ~4095ul), Frame, MemoryKind.Absent);
    }

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        int index = IndexOf(address.Value);
        if (index < 0 || length < 1) throw new ArgumentOutOfRangeException(nameof(address), address, "nothing is there");
        _lastReached = index;
        return Bytes.AsSpan(index, (int)Math.Min(length, Frame - (index & (Frame - 1))));
    }
}
