using System;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Memory that remembers which byte was reached last by each thread: so it is seen where a device's address leads. Every byte has an index, and
/// those that a model keeps come first. In half of the lives no span leaves its 4 KiB frame. Thread-safe.
/// </summary>
public sealed class SpyMemory : IPhysicalMemory
{
    /// <summary>Bytes in a frame.</summary>
    internal const int Frame = 4096;

    /// <summary>Frames of the page tables.</summary>
    private const int TableFrames = 1024;

    private static readonly ulong[] Starts = [0x0400_0000, 0x0800_0000, 0x1000_0000, 0x3FFF_0000, 0xE000_0000, 0x1_0000_0000];

    [ThreadStatic]
    private static int _lastReached;

    private readonly int[] _lengths;
    private readonly int[] _bases;
    private readonly byte[] _bytes;
    private readonly bool _frameByFrame;

    /// <summary>A memory with room for so many threads' homes.</summary>
    /// <param name="slots">Frames of the pool.</param>
    /// <param name="threads">Threads that have homes of their own.</param>
    /// <param name="frameByFrame">Whether spans end where frames do.</param>
    /// <param name="bytes">What holds the bytes, and is used again; replaced where it is too short.</param>
    internal SpyMemory(int slots, int threads, bool frameByFrame, ref byte[] bytes)
    {
        _frameByFrame = frameByFrame;
        _lengths = [slots * Frame, TableFrames * Frame, 96 * Frame * threads, 32 * Frame * threads, 8 * Frame * threads, 64 * Frame * threads];
        _bases = new int[_lengths.Length];
        int at = 0;
        for (int area = 0; area < _lengths.Length; area++)
        {
            if (area == (int)SpyArea.Tables) continue;
            _bases[area] = at;
            at += _lengths[area];
        }

        ModelledBytes = at;
        _bases[(int)SpyArea.Tables] = at;
        at += _lengths[(int)SpyArea.Tables];
        if (bytes.Length < at) bytes = new byte[at];
        _bytes = bytes;
    }

    /// <summary>Index of the byte that this thread reached last.</summary>
    internal static int LastReached => _lastReached;

    /// <summary>The bytes of pool and homes: indices from 0 on.</summary>
    internal int ModelledBytes { get; }

    /// <summary>Bytes of the pool: indices from 0 on.</summary>
    internal int PoolBytes => _lengths[(int)SpyArea.Pool];

    /// <summary>The bytes themselves, by index.</summary>
    internal byte[] Bytes => _bytes;

    /// <summary>Where an area starts.</summary>
    public static PhysicalAddress StartOf(SpyArea area) => new(Starts[(int)area]);

    /// <summary>Bytes of an area.</summary>
    public int LengthOf(SpyArea area) => _lengths[(int)area];

    /// <summary>Whether an address is in the pool.</summary>
    public bool IsInPool(PhysicalAddress address) => AreaAt(address.Value) == (int)SpyArea.Pool;

    /// <summary>The area of a byte.</summary>
    internal SpyArea AreaOf(int index)
    {
        for (int area = 0; area < _bases.Length; area++)
        {
            if ((uint)(index - _bases[area]) < (uint)_lengths[area]) return (SpyArea)area;
        }

        throw new ArgumentOutOfRangeException(nameof(index), index, "no such byte");
    }

    /// <summary>The address of a byte.</summary>
    internal ulong AddressOf(int index)
    {
        SpyArea area = AreaOf(index);
        return Starts[(int)area] + (ulong)(index - _bases[(int)area]);
    }

    /// <summary>The byte at an address; -1 where there is none.</summary>
    internal int IndexOf(ulong address)
    {
        int area = AreaAt(address);
        return area < 0 ? -1 : _bases[area] + (int)(address - Starts[area]);
    }

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address)
    {
        int area = AreaAt(address.Value);
        if (area >= 0) return new MemoryRegion(new PhysicalAddress(Starts[area]), _lengths[area], area == (int)SpyArea.Mmio ? MemoryKind.Mmio : MemoryKind.PageBacked);
        return new MemoryRegion(address.FrameOf(PageSize.Size4K).ToAddress(PageSize.Size4K), Frame, MemoryKind.Absent);
    }

    /// <inheritdoc/>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        int area = AreaAt(address.Value);
        if (length < 1 || area < 0) throw new ArgumentOutOfRangeException(nameof(address), address, $"{length} bytes are not there");
        int offset = (int)(address.Value - Starts[area]);
        int room = _frameByFrame ? Frame - (offset & (Frame - 1)) : _lengths[area] - offset;
        _lastReached = _bases[area] + offset;
        return _bytes.AsSpan(_lastReached, (int)Math.Min(length, room));
    }

    private int AreaAt(ulong address)
    {
        for (int area = 0; area < Starts.Length; area++)
        {
            if (address - Starts[area] < (ulong)_lengths[area]) return area;
        }

        return -1;
    }
}
