using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Bench;

/// <summary>P7: everything kept to describe a buffer, the array of frames included. The baseline's are the blocks of its scatterlist.</summary>
internal sealed class RetainedBar(MemoryMap memory) : IBar
{
    private const double Most = 8.5;
    private const int LeastFrames = 4096;
    private const int BlockBytes = ScatterlistPool.EntriesPerBlock * ScatterlistEntry.Bytes;

    private static readonly Cell[] Judged = [.. Cell.All.Where(cell => cell.Count >= LeastFrames)];

    /// <inheritdoc/>
    public string Id => "P7";

    /// <inheritdoc/>
    public string Title => "everything retained to describe a buffer, by heap delta; N >= 4096; baseline: blocks of the scatterlist";

    /// <inheritdoc/>
    public int RowCount => Judged.Length;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure() => Judged.Select(Row);

    private BarRow Row(Cell cell)
    {
        Pfn[] frames = Layouts.Build(cell.Layout, cell.Count);
        double ours = RetainedBytes.Of(Math.Max(4, 65536 / cell.Count), () => new PfnBuffer([.. frames], PageSize.Size4K)) / cell.Count;
        return new BarRow
        {
            Id = Id,
            Layout = cell.Layout,
            Pages = cell.Count,
            Ours = ours,
            Baseline = (double)ScatterlistBytes(frames) / cell.Count,
            Unit = "bytes/page",
            Bar = $"<= {Most}",
            Value = Numbers.Show(ours),
            Ok = ours <= Most,
        };
    }

    private long ScatterlistBytes(Pfn[] frames)
    {
        ScatterlistPool pool = new(frames.Length);
        new SgTable(memory, pool).Build(MemoryMap.PagesOf(frames), 0, (ulong)frames.Length << 12);
        return (long)pool.BlocksInUse * BlockBytes;
    }
}
