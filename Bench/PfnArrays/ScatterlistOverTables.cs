using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// The second baseline: what the representation alone costs. A scatterlist is built as Linux builds it, its entries are
/// written out as frames into an array that is used again, and the library maps that array.
/// <para>
/// Kinder than the kernel: entries are read once and not three times, device addresses are not written back into them, and the
/// tables, addresses and invalidation are the library's. Harder: a mapper made for scatterlists would not write 8 bytes
/// a page between the two, and would keep long runs as entries, which the plain view of the array has lost; so contiguous
/// cells cost it a read of the array that Linux does not have. Scattered cells, where an entry is a page, are the fair ones.
/// </para>
/// </summary>
internal sealed class ScatterlistOverTables : IContestant
{
    private const int PageShift = 12;

    private readonly WarmIotlb _hardware = new();
    private readonly DmaSegment[] _segments = new DmaSegment[16];
    private readonly ulong[] _pages;
    private readonly Pfn[] _frames;
    private readonly SgTable _table;

    internal ScatterlistOverTables(MemoryMap memory, ReadOnlySpan<Pfn> frames)
    {
        _pages = MemoryMap.PagesOf(frames);
        _frames = new Pfn[frames.Length];
        _table = new SgTable(memory, new ScatterlistPool(frames.Length));
    }

    /// <inheritdoc/>
    public string Name => "scatterlist over our tables";

    internal WarmIotlb Hardware => _hardware;

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            MapResult mapping = Map();
            for (int s = 0; s < mapping.SegmentCount; s++) sum += _segments[s].Address.Value + (ulong)_segments[s].Length;
            Unmap(mapping);
        }

        return sum;
    }

    /// <summary>Builds the scatterlist and maps it.</summary>
    internal MapResult Map()
    {
        _table.Build(_pages, 0, (ulong)_pages.Length << PageShift);
        WriteFrames();
        MapResult mapping = _hardware.Mapper.Map(new PfnView(_frames, PageSize.Size4K), DmaDirection.Bidirectional, _segments);
        if (!mapping.IsMapped) Throw.Invalid($"The mapping failed: {mapping}.");
        return mapping;
    }

    /// <summary>Unmaps, and frees the scatterlist.</summary>
    internal void Unmap(in MapResult mapping)
    {
        _hardware.Mapper.Unmap(mapping.Token);
        _table.Free();
    }

    /// <summary>The segments of the last mapping.</summary>
    internal DmaSegment Segment(int index) => _segments[index];

    private void WriteFrames()
    {
        ScatterlistPool pool = _table.Pool;
        Span<Pfn> frames = _frames;
        int at = 0;
        int entry = _table.First;
        for (int i = 0; i < _table.EntryCount; i++)
        {
            ref readonly ScatterlistEntry s = ref pool.Entries[entry];
            ulong first = MemoryMap.FrameOf(s.Page);
            Span<Pfn> run = frames.Slice(at, (int)(s.Length >> PageShift));
            for (int f = 0; f < run.Length; f++) run[f] = new Pfn(first + (ulong)f);
            at += run.Length;
            entry = pool.Next(entry);
        }
    }
}
