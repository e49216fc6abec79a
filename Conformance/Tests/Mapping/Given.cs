using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Cases spelt out by hand, for tests of one thing.</summary>
internal static class Given
{
    /// <summary>A case with nothing special about it: a whole frame of low memory, both ways, for a device that takes anything.</summary>
    internal static MapperCase Case(MapperKind kind, params MappedRun[] runs) => new()
    {
        Capabilities = kind.Capabilities(),
        Rules = default,
        Reach = Reach.Bits32,
        BusOffset = 0,
        PoolSlots = 64,
        Home = View(runs.Length > 0 ? runs : [Low(0, 1)]),
        Direction = DmaDirection.Bidirectional,
        Options = MapOptions.None,
        Part = (0, 64),
    };

    /// <summary>Whole frames of 4 KiB.</summary>
    internal static MappedView View(params MappedRun[] runs) => new(PageSize.Size4K, runs, 0, runs.Sum(run => run.Count) * 4096L, false);

    internal static MappedRun Low(int start, int count, int slot = 0) => new(HomeArea.Low, slot, start, count);

    /// <summary>Frames that 32 bits do not reach.</summary>
    internal static MappedRun High(int start, int count, int slot = 0) => new(HomeArea.High, slot, start, count);

    /// <summary>Frames that lie apart.</summary>
    internal static MappedRun[] Scattered(int count) => [.. Enumerable.Range(0, count).Select(i => Low(2 * (i % 900), 1, i / 900))];

    internal static Pfn[] Frames(ulong first, int count, int step = 1) => [.. Enumerable.Range(0, count).Select(i => new Pfn(first + (ulong)(i * step)))];
}
