using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>P8: two threads on one domain, with one mapper between them or one each, against two threads that share nothing.</summary>
internal sealed class ThreadBar : IBar
{
    private const double Least = 0.85;

    /// <summary>On a machine without two free cores for so many rounds nothing is proved, and the row is short.</summary>
    private const int LeastRounds = 5;

    private static readonly (string Case, int Pages, bool OneMapper)[] Cases =
    [
        ("one mapper", 1, true),
        ("one mapper", 256, true),
        ("a mapper each", 1, false),
        ("a mapper each", 256, false),
    ];

    /// <inheritdoc/>
    public string Id => "P8";

    /// <inheritdoc/>
    public string Title => "throughput of two threads over one, same domain, disjoint scattered buffers; limit column: the same of the limit loop";

    /// <inheritdoc/>
    public int RowCount => Cases.Length + 1;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure()
    {
        WarmIotlb warm = new();
        Interleaved.WarmUp(Ours(warm.Mapper, 1, 0), Ours(warm.Mapper, 256, 0), new Limit(Frames(1, 0)), new Limit(Frames(256, 0)));
        foreach ((string name, int pages, bool oneMapper) in Cases) yield return Scaling(name, pages, oneMapper);
        yield return Suspended();
    }

    /// <summary>The frames of one thread, apart from those of the other.</summary>
    private static Pfn[] Frames(int pages, int thread)
        => Layouts.Build(Layout.Scattered, 2 * pages).AsSpan(thread * pages, pages).ToArray();

    private static MapLoop Ours(IDmaMapper mapper, int pages, int thread)
        => new("pfn array", mapper, new PfnBuffer(Frames(pages, thread), PageSize.Size4K));

    private BarRow Scaling(string name, int pages, bool oneMapper)
    {
        WarmIotlb hardware = new();
        IDmaMapper[] mappers = [hardware.Mapper, oneMapper ? hardware.Mapper : new IommuMapper(hardware.Mapper.Profile.Device, hardware.Domain)];
        (double ours, double limit, int rounds) = ThreadScaling.Compare(
            thread => Ours(mappers[thread], pages, thread),
            thread => new Limit(Frames(pages, thread)));
        if (hardware.Domain.LiveMappings != 1) Throw.Invalid("Self check failed: mappings of the threads are left.");
        return new BarRow
        {
            Id = Id,
            Case = name,
            Layout = Layout.Scattered,
            Pages = pages,
            Ours = ours,
            Limit = limit,
            Unit = "x",
            Bar = $">= {Least} of the limit's",
            Value = $"{Numbers.Show(ours / limit)}",
            Note = rounds >= LeastRounds ? $"{rounds} rounds" : $"two free cores in {rounds} rounds only",
            Ok = rounds >= LeastRounds && ours >= Least * limit,
        };
    }

    private BarRow Suspended()
    {
        (int places, int passed) = SuspendedMap.Run();
        return new BarRow
        {
            Id = Id,
            Case = "suspended thread",
            Layout = Layout.Scattered,
            Pages = SuspendedMap.Frames,
            Ours = passed,
            Limit = places,
            Unit = "places",
            Bar = "blocks no other map",
            Value = $"{passed} of {places}",
            Note = "places where a map was held",
            Ok = passed == places,
        };
    }
}
