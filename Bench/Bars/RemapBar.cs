using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Bench;

/// <summary>
/// P3: mapping again what was built before. What is allowed is read from the tables: so much for a mapping, so much for each
/// large entry, and P1's rate for each small one. Only large entries are expected where runs are aligned.
/// </summary>
internal sealed class RemapBar(MemoryMap memory, TimeSpan budget) : IBar
{
    private const double MostOnePages = 3;
    private const double LocksAnEntry = 0.6;
    private const double MostLimits = 3;

    private readonly IContestant _onePage = new PfnRemap(Buffer(Layouts.Build(Layout.Scattered, 1)));
    private readonly IContestant _lock = new LockUnit();

    /// <inheritdoc/>
    public string Id => "P3";

    /// <inheritdoc/>
    public string Title => "map + unmap again of one built buffer; limit column: what is allowed; the device faults after every unmap";

    /// <inheritdoc/>
    public int RowCount => RemapCase.All.Length;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure()
    {
        Interleaved.WarmUp([_onePage, _lock, .. RemapCase.All.Where(one => one.Count == 4096).SelectMany(one => Contestants(one.Build()))]);
        return RemapCase.All.Select(Row);
    }

    private static PfnBuffer Buffer(Pfn[] frames) => new(frames, PageSize.Size4K);

    private IContestant[] Contestants(Pfn[] frames)
        => [new PfnRemap(Buffer(frames)), new LinuxRemap(memory, frames, new WarmIotlb()), new Limit(frames)];

    private BarRow Row(RemapCase one)
    {
        Pfn[] frames = one.Build();
        (int small, int large) = RemapCheck.Run(frames, one);
        GC.Collect();
        double[] took = Interleaved.Measure([.. Contestants(frames), _onePage, _lock], budget);
        double ours = took[0], baseline = took[1];
        double edges = one.IsAligned ? 0 : MostLimits * took[2] / one.Count * small;
        double allowed = (MostOnePages * took[3]) + (LocksAnEntry * took[4] * large) + edges;
        return new BarRow
        {
            Id = Id,
            Case = one.IsAligned ? "aligned" : "unaligned",
            Layout = one.Layout,
            Pages = one.Count,
            Ours = ours / one.Count,
            Baseline = baseline / one.Count,
            Limit = allowed / one.Count,
            Unit = "ns/page",
            Bar = "<= allowed and baseline",
            Value = $"{Numbers.Show(ours / allowed)}x",
            Note = $"{large} large, {small} small; baseline {Numbers.Show(baseline / ours)}x",
            Ok = ours <= allowed && ours <= baseline,
        };
    }
}
