using System;
using Spectre.Console;

namespace Bench;

/// <summary>
/// Prices that bars are given in: a lock, and what addresses cost the Linux-shaped allocator, beside what Linux's own C
/// measured. Another allocator is measured with the same two classes.
/// </summary>
internal sealed class UnitTable(TimeSpan budget)
{
    /// <summary>Measures and prints.</summary>
    internal void Print(IAnsiConsole console)
    {
        IContestant[] contestants = [new LockUnit(), new AddressHit("Linux-shaped", new LinuxIovaAllocator())];
        double[] took = Interleaved.Measure(contestants, budget);
        AddressChurn churn = new(new LinuxIovaAllocator(limit: AddressChurn.LastPage));
        (double mean, double worst) = churn.Measure(10 * budget);

        Table table = new Table().Title("Units, ns").AddColumn("what");
        foreach (string column in (string[])["Linux-shaped", "in L", "Linux's C"])
            table.AddColumn(new TableColumn(column).RightAligned());
        Row("lock and unlock (L)", took[0], "9.35");
        Row("IOVA alloc + free, cache hit", took[1], "26.5");
        Row("IOVA alloc + free, 10,000 live, mean", mean, "12400");
        Row("the same, 99th percentile of batches of 64", worst, "-");
        console.Write(table);

        void Row(string what, double value, string anchor)
            => table.AddRow(what, Numbers.Show(value), Numbers.Show(value / took[0]), anchor);
    }
}
