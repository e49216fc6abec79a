using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Bench;

/// <summary>
/// The whole lives of every cell, each measured once, when it is first asked for: all contestants of a cell in turns.
/// Warming up is shared by all cells, for they run the same methods over other frames.
/// </summary>
internal sealed class CellSet(TimeSpan budget)
{
    /// <summary>The first of the contestants do all of a cell's work, or what bounds it: they have the same turns.</summary>
    private const int WholeLives = 5;

    private static readonly int[] WarmedCounts = [1, 16, 256, 4096];

    private readonly Dictionary<Cell, CellTimes> _times = [];
    private bool _warm;

    /// <summary>The struct of every page, which all baselines share.</summary>
    internal MemoryMap Memory { get; } = new(Layouts.MachineFrames);

    /// <summary>The cells measured so far.</summary>
    internal IReadOnlyCollection<CellTimes> Measured => _times.Values;

    /// <summary>The times of a cell.</summary>
    internal CellTimes Of(Cell cell)
    {
        if (_times.TryGetValue(cell, out CellTimes? known)) return known;
        WarmUp();
        Pfn[] frames = Layouts.Build(cell.Layout, cell.Count);
        SelfCheck.WholeLife(Memory, frames, cell);
        PfnArrayCheck.Run(frames, cell);
        RepresentationCheck.Run(Memory, frames, cell);
        IContestant[] contestants = Contestants(frames);
        GC.Collect();
        double[] took = Interleaved.Measure(contestants, budget, WholeLives);
        PfnArrayCheck.Run((PfnWholeLife)contestants[0], frames, cell);
        SelfCheck.After((LinuxWholeLife)contestants[1], frames, cell);
        RepresentationCheck.Run((ScatterlistOverTables)contestants[2], frames, cell);
        return _times[cell] = new CellTimes(cell, took[0], took[1], took[2], took[3], took[4], took[5], took[6], took[7]);
    }

    /// <summary>Each has an array of its own: whoever comes after one that has just read the same would find it in the cache.</summary>
    private IContestant[] Contestants(Pfn[] frames) =>
    [
        new PfnWholeLife([.. frames]),
        new LinuxWholeLife(Memory, frames, new WarmIotlb()),
        new ScatterlistOverTables(Memory, frames),
        new Limit([.. frames]),
        new CopyUnit([.. frames]),
        new LockUnit(),
        new LinuxRemap(Memory, frames, new WarmIotlb()),
        new PfnRemap(new PfnBuffer([.. frames], PageSize.Size4K)),
    ];

    private void WarmUp()
    {
        if (_warm) return;
        _warm = true;
        SelfCheck.Parts();

        // Long loops first: the compiler lays code out for what it saw run first.
        IEnumerable<Cell> cells = Cell.All.Where(cell => WarmedCounts.Contains(cell.Count)).OrderByDescending(cell => cell.Count);
        Interleaved.WarmUp([.. cells.SelectMany(cell => Contestants(Layouts.Build(cell.Layout, cell.Count)))]);
    }
}
