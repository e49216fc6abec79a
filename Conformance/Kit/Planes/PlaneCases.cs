using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Planes in the views of mapper cases: narrow and wide, with gaps and without, aligned and not.</summary>
public static class PlaneCases
{
    private const long Longest = 200_000;

    /// <summary>Every mapper, direction and option.</summary>
    public static Arbitrary<PlaneCase> All { get; } = Over(MapperCases.All);

    /// <summary>Those with an IOMMU.</summary>
    public static Arbitrary<PlaneCase> Translated { get; } = Over(MapperCases.Translated);

    /// <summary>Names of the classes that a case and its outcome fall into.</summary>
    public static IEnumerable<string> Classes(PlaneCase one)
    {
        var planes = new LibraryPlanes(MapperRig.Of(one.Of));
        MapResult result = one.Map(planes, out DmaSegment[] segments);
        yield return result.Status.ToString();
        if (!result.IsMapped) yield break;
        bool gaps = one.Stride > one.Width && one.Height > 1;
        yield return $"{one.Of.Kind} mapped{(gaps ? " with gaps" : string.Empty)}";
        if (gaps && result.BouncedBytes > 0) yield return "bounced with gaps";
        if (gaps && result.BouncedBytes > 0 && result.BouncedBytes < result.Length) yield return "partly bounced";
        if (gaps && one.Stride < 4096) yield return "lines share a frame";
        if (gaps && result.Length < one.Rest) yield return "window";
        if (gaps && segments.Length > 0 && segments.Length < one.Lines(one.From, result.Length).Count()) yield return "lines joined";
        planes.Unmap(result.Token);
    }

    private static Arbitrary<PlaneCase> Over(Arbitrary<MapperCase> cases) => Arb.From(
        Gen.Frequency((9, Rectangles(cases)), (1, Interleaved(cases))),
        Smaller);

    private static Gen<PlaneCase> Rectangles(Arbitrary<MapperCase> cases)
        => from one in cases.Generator
           from unit in Gen.Frequency((1, Gen.Constant(1L)), (3, Gen.Constant(Math.Max(one.Rules.Granularity, (long)one.Rules.Alignment))), (1, Gen.Constant(4096L)))
           from offset in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 9000)))
           from width in Gen.Frequency((2, Gen.Choose(1, 300)), (3, Gen.Choose(1, 9000)), (1, Gen.Elements(4096, 8192)))
           from gap in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(1, 300)), (3, Gen.Choose(1, 9000)), (2, Gen.Elements(4096, 8192)))
           from height in Gen.Choose(1, 14)
           from start in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 63)))
           select Within(one, unit, offset, width, gap, height, start);

    /// <summary>Every other frame is a line, and follows the line before it in memory: what lines can be joined in.</summary>
    private static Gen<PlaneCase> Interleaved(Arbitrary<MapperCase> cases)
        => from one in cases.Generator
           from height in Gen.Choose(2, 8)
           from apart in Gen.Choose(0, 9)
           let runs = Enumerable.Range(0, 2 * height).Select(i => new MappedRun(HomeArea.Low, 0, i % 2 == 0 ? (i / 2) + (i / 2 > apart ? 1 : 0) : 100 + i, 1))
           let home = new MappedView(PageSize.Size4K, [.. runs], 0, 8192L * height, false)
           select new PlaneCase { Of = one with { Home = home }, Offset = 0, Width = 4096, Stride = 8192, Height = height, From = 0 };

    /// <summary>A plane that fits the view: its numbers rounded to a unit, and as many of its lines as there is room for.</summary>
    private static PlaneCase Within(MapperCase one, long unit, long offset, long width, long gap, int height, int start)
    {
        long length = Math.Min(one.Home.Length, Longest);

        // Lines are to start where the device may start segments, so what the view's own offset is off that is made up for.
        long lead = ((unit - (one.Home.Offset % unit)) % unit) + (offset / unit * unit);
        if (lead >= length) lead = 0;
        width = Math.Min(Math.Max(unit, width / unit * unit), length - lead);
        long stride = width + ((gap + unit - 1) / unit * unit);
        height = (int)Math.Min(height, 1 + ((length - lead - width) / stride));
        long from = width * height * start / 64 / unit * unit;
        return new PlaneCase { Of = one, Offset = lead, Width = width, Stride = stride, Height = height, From = from };
    }

    private static IEnumerable<PlaneCase> Smaller(PlaneCase one)
    {
        if (one.From != 0) yield return one with { From = 0 };
        if (one.Height > 1) yield return one with { Height = one.Height - 1, From = 0 };
        if (one.Offset != 0) yield return one with { Offset = 0 };
        foreach (MapperCase smaller in MapperCases.All.Shrinker(one.Of))
        {
            if (smaller.Home.Length >= one.Plane.Offset + one.Plane.Extent) yield return one with { Of = smaller };
        }
    }
}
