using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Bench;

/// <summary>
/// P5: I/O addresses. The hit is one page taken and freed; the worst case takes turns of a few thousand batches with the
/// baseline, whose every sample is a long search, so that it gets fewer of them in its time. L is timed by the wall between those turns.
/// </summary>
internal sealed class AddressBar(TimeSpan budget) : IBar
{
    private const double MostLocks = 12;
    private const int Turns = 16;
    private const int Samples = 1_000_000;

    /// <inheritdoc/>
    public string Id => "P5";

    /// <inheritdoc/>
    public string Title => "IOVA alloc + free; limit column: L. Worst: 10,000 live ranges of 1 to 96 pages in 16 GiB, 99th percentile of batches of 64";

    /// <inheritdoc/>
    public int RowCount => 2;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure()
    {
        IovaCheck.Run();
        yield return Hit();
        yield return Worst();
    }

    private BarRow Hit()
    {
        IContestant[] contestants = [new AddressHit("pfn array", new PfnIova()), new AddressHit("Linux-shaped", new LinuxIovaAllocator()), new LockUnit()];
        Interleaved.WarmUp(contestants);
        double[] took = Interleaved.Measure(contestants, budget);
        return new BarRow
        {
            Id = Id,
            Case = "hit",
            Pages = 1,
            Ours = took[0],
            Baseline = took[1],
            Limit = took[2],
            Unit = "ns",
            Bar = "<= 1x the baseline",
            Value = $"{Numbers.Show(took[0] / took[1])}x",
            Note = $"{Numbers.Show(took[0] / took[2])} L",
            Ok = took[0] <= took[1],
        };
    }

    private BarRow Worst()
    {
        AddressChurn ours = new(new PfnIova(limit: AddressChurn.LastPage)), baseline = new(new LinuxIovaAllocator(limit: AddressChurn.LastPage));
        LockUnit unit = new();
        double[] locks = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            ours.Sample(Samples / AddressChurn.Batch / Turns, TimeSpan.FromSeconds(1));
            long start = Stopwatch.GetTimestamp();
            unit.Run(Samples / Turns);
            locks[turn] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (Samples / Turns);
        }

        // The bar compares with locks alone. The baseline, whose tree would empty the caches between two turns, has its turns afterwards.
        for (int turn = 0; turn < Turns; turn++) baseline.Sample(Samples / AddressChurn.Batch / Turns, budget / 4);
        double l = Interleaved.Median(locks);
        return new BarRow
        {
            Id = Id,
            Case = "worst",
            Ours = ours.Worst,
            Baseline = baseline.Worst,
            Limit = l,
            Unit = "ns",
            Bar = $"<= {MostLocks} L",
            Value = $"{Numbers.Show(ours.Worst / l)} L",
            Note = $"{ours.Samples:N0} samples, baseline {baseline.Samples:N0}",
            Ok = ours.Worst <= MostLocks * l,
        };
    }
}
