using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Bench;

/// <summary>
/// P5: I/O addresses. The hit is one page taken and freed; in the worst case batches take turns with batches
/// of L, both timed by the wall. The baseline, whose every sample is a long search, gets fewer of them in its time.
/// </summary>
internal sealed class AddressBar(TimeSpan budget) : IBar
{
    private const double MostLocks = 12;
    private const int BaselineTurns = 4;
    private const int Parts = 16;
    private const int Samples = 1_000_000;

    /// <summary>About as long as a batch of ours, so that what the machine does to the one it does to the other.</summary>
    private const int LocksInBatch = 8 * AddressChurn.Batch;

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
        Interleaved.WarmUp(new AddressChurn(new PfnIova(limit: AddressChurn.LastPage)));
        AddressChurn ours = new(new PfnIova(limit: AddressChurn.LastPage));
        LockUnit unit = new();
        double[] locks = new double[Samples / AddressChurn.Batch];

        // Batch by batch: in a turn of milliseconds others on the same chip take the caches, and ours would begin every turn with all it knows to fetch again.
        for (int i = 0; i < locks.Length; i++)
        {
            ours.Sample();
            long start = Stopwatch.GetTimestamp();
            unit.Run(LocksInBatch);
            locks[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / LocksInBatch;
        }

        // The bar compares with locks alone. The baseline, whose tree would empty the caches between two batches, comes afterwards, and gets fewer samples in its time.
        AddressChurn baseline = new(new LinuxIovaAllocator(limit: AddressChurn.LastPage));
        long began = Stopwatch.GetTimestamp();
        while (baseline.Samples < Samples && (baseline.Samples == 0 || Stopwatch.GetElapsedTime(began) < BaselineTurns * budget)) baseline.Sample();
        double l = Interleaved.Median(locks), worstLock = locks[locks.Length * 99 / 100];
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
            Note = $"locks alone in such batches: 99th percentile {Numbers.Show(worstLock / l)} L; ours in the middle one of {Parts} parts of the time {Numbers.Show(ours.MiddleWorst(Parts) / l)} L",
            Ok = ours.Worst <= MostLocks * l,
        };
    }
}
