using System;
using PfnBuffers;

namespace Bench;

/// <summary>
/// The Linux-shaped baseline's whole life: from the pages of a buffer through a scatterlist to segments and back.
/// Every part is pooled: nothing is allocated once it ran.
/// </summary>
internal sealed class LinuxWholeLife : IContestant
{
    private readonly ulong[] _pages;
    private readonly ulong _bytes;
    private readonly DmaSegment[] _segments;
    private readonly LinuxMapper _mapper;
    private readonly SgTable _table;

    /// <summary>A machine for one cell: its own tables, addresses and entries over the shared memory map.</summary>
    internal LinuxWholeLife(MemoryMap memory, ReadOnlySpan<Pfn> frames, IIotlbInvalidation iotlb, ushort domain = 1)
    {
        _pages = MemoryMap.PagesOf(frames);
        _bytes = (ulong)frames.Length << 12;
        _segments = new DmaSegment[frames.Length];
        Tables = new TablePool((frames.Length / TableEntry.PerTable) + 8);
        Entries = new ScatterlistPool(frames.Length);
        Domain = new LinuxDomain(Tables, iotlb, domain);
        Addresses = new LinuxIovaAllocator();
        _mapper = new LinuxMapper(Domain, Addresses);
        _table = new SgTable(memory, Entries);
    }

    /// <inheritdoc/>
    public string Name => "Linux-shaped";

    internal TablePool Tables { get; }

    internal ScatterlistPool Entries { get; }

    internal LinuxDomain Domain { get; }

    internal LinuxIovaAllocator Addresses { get; }

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            Build();
            sum += Sum(Map());
            Unmap();
            Free();
        }

        return sum;
    }

    /// <summary>Describes the pages by a scatterlist.</summary>
    internal void Build() => _table.Build(_pages, 0, _bytes);

    /// <summary>Maps the scatterlist; the segments stay valid until the next call.</summary>
    internal ReadOnlySpan<DmaSegment> Map()
    {
        _mapper.Map(_table);
        return _segments.AsSpan(0, LinuxMapper.CopySegments(_table, _segments));
    }

    /// <summary>Takes the mapping down.</summary>
    internal void Unmap() => _mapper.Unmap(_table);

    /// <summary>Returns the scatterlist.</summary>
    internal void Free() => _table.Free();

    private static ulong Sum(ReadOnlySpan<DmaSegment> segments)
    {
        ulong sum = 0;
        foreach (DmaSegment segment in segments) sum += segment.Address.Value + (ulong)segment.Length;
        return sum;
    }
}
