using System;
using BenchmarkDotNet.Attributes;
using PfnBuffers;

namespace Bench;

/// <summary>
/// From frames to the segments of a device without an IOMMU that takes 64 KiB at most: Linux needs a table built for that length, and writes bus
/// addresses into it; the segmenter reads the frames.
/// </summary>
public class SegmentBenchmarks : LayoutBenchmarks
{
    private const uint Longest = 65536;

    private static readonly DmaConstraints Constraints = new() { MaxSegmentSize = Longest };

    private Pfn[] _frames = [];
    private ulong[] _pages = [];
    private DmaSegment[] _segments = [];
    private SgTable _table = null!;

    /// <summary>Makes room for both.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _frames = Frames();
        _pages = MemoryMap.PagesOf(_frames);
        _segments = new DmaSegment[_frames.Length];
        _table = new SgTable(Memory(), new ScatterlistPool(_frames.Length));
        if (LinuxShaped() != PfnArray()) Throw.Invalid("Self check failed: the two find other segments.");
    }

    /// <summary>Builds a table and maps it as <c>dma_direct_map_sg</c> does.</summary>
    [Benchmark(Baseline = true)]
    public int LinuxShaped()
    {
        _table.Build(_pages, 0, (ulong)_pages.Length << 12, Longest);
        int entry = _table.First;
        for (int i = 0; i < _table.EntryCount; i++)
        {
            ref ScatterlistEntry s = ref _table.Pool.Entries[entry];
            s.DmaAddress = s.Physical;
            s.DmaLength = s.Length;
            entry = _table.Pool.Next(entry);
        }

        int count = LinuxMapper.CopySegments(_table, _segments);
        _table.Free();
        return count;
    }

    /// <summary>Segments the frames, which have no run summary.</summary>
    [Benchmark]
    public int PfnArray()
    {
        Segmenter segmenter = new(Constraints, _segments);
        foreach (FrameRun run in new PfnView(_frames, PageSize.Size4K).Runs) segmenter.Add(new DmaAddress(run.Address.Value), run.Length);
        if (segmenter.Finish() != SegmentingStatus.Fits) Throw.Invalid($"The segmenting failed: {segmenter.Status}.");
        return segmenter.Count;
    }
}
