using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Devices, mappers and views, such that a good part of them can be mapped and every refusal is met.</summary>
public static class MapperCases
{
    /// <summary>Every mapper, direction and option.</summary>
    public static Arbitrary<MapperCase> All { get; } = Of(
        MapperKind.Direct, MapperKind.Bounce, MapperKind.BounceEverything, MapperKind.Iommu, MapperKind.IommuBouncePartial, MapperKind.IommuBounceEverything);

    /// <summary>Those with an IOMMU.</summary>
    public static Arbitrary<MapperCase> Translated { get; } = Of(MapperKind.Iommu, MapperKind.IommuBouncePartial, MapperKind.IommuBounceEverything);

    /// <summary>Those that bounce.</summary>
    public static Arbitrary<MapperCase> Bounced { get; } = Of(MapperKind.Bounce, MapperKind.BounceEverything, MapperKind.IommuBouncePartial, MapperKind.IommuBounceEverything);

    /// <summary>Cases for a mapper of such capabilities, with frames at every edge of the address space among them.</summary>
    public static Arbitrary<MapperCase> For(MapperCapabilities capabilities) => Of([capabilities], allMemory: true);

    /// <summary>Cases of frames at the edges of the address space alone: 0, 4 GiB, and 2^64.</summary>
    public static Arbitrary<MapperCase> AtEdges(MapperCapabilities capabilities)
    {
        Arbitrary<MapperCase> any = For(capabilities);
        return Arb.From(
            from one in any.Generator
            from home in View([HomeArea.First, HomeArea.Border, HomeArea.Last], 512)
            from reach in Gen.Frequency((3, Gen.Constant(Reach.All)), (1, Gen.Constant(Reach.Bits32)))
            select one with { Home = home, Reach = reach, PoolSlots = 1024 },
            one => any.Shrinker(one));
    }

    /// <summary>Views over the areas that mappers mostly reach.</summary>
    public static Gen<MappedView> Views { get; } = View([HomeArea.Low, HomeArea.High, HomeArea.Below], 1);

    /// <summary>Views of any memory, at byte offsets that are multiples of a unit.</summary>
    public static Gen<MappedView> View(HomeArea[] areas, int unit)
        => from pageSize in Gen.Frequency((6, Gen.Constant(PageSize.Size4K)), (2, Gen.Constant(PageSize.Size16K)), (2, Gen.Constant(PageSize.Size64K)), (1, Gen.Constant(PageSize.Size2M)))
           let longest = pageSize == PageSize.Size4K ? 24 : pageSize == PageSize.Size16K ? 6 : pageSize == PageSize.Size64K ? 3 : 2
           from runs in Runs(areas, pageSize, longest)
           let bytes = runs.Sum(run => run.Count) * pageSize.Bytes
           from offset in Gen.Frequency((1, Gen.Constant(0L)), (1, Upto(pageSize.Bytes - 1)), (1, Upto(Math.Min(pageSize.Bytes - 1, 8192)))).Select(at => at / unit * unit)
           from length in Gen.Frequency((1, Gen.Constant(bytes - offset)), (2, Upto(bytes - offset))).Select(some => Math.Max(unit, some / unit * unit))
           from summarised in Gen.Elements(false, true)
           select new MappedView(pageSize, runs, offset, Math.Min(length, bytes - offset), summarised);

    /// <summary>Names of the classes that a case and its outcome fall into.</summary>
    public static IEnumerable<string> Classes(MapperCase one, MapperRig rig)
    {
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        yield return result.Status.ToString();
        if (!result.IsMapped) yield break;
        yield return "mapped";
        if (one.Home.Runs.Any(run => IsEdge(run.Area))) yield return "at an edge of memory";
        if (one.Home.PageSize != PageSize.Size4K) yield return "large frames";
        if (segments.Length > 1) yield return "several segments";
        if (result.BouncedBytes > 0 && result.BouncedBytes < result.Length) yield return "partly bounced";
        if (result.Length < one.Home.Length) yield return "shorter prefix";
        if (one.Home.HasDuplicates) yield return "duplicate frames";
        rig.Mapper.Unmap(result.Token);
    }

    private static Arbitrary<MapperCase> Of(params MapperKind[] kinds) => Of([.. kinds.Select(kind => kind.Capabilities())], allMemory: false);

    private static Arbitrary<MapperCase> Of(MapperCapabilities[] anyOf, bool allMemory) => Arb.From(
        from capabilities in Gen.Elements(anyOf)
        from trusted in Gen.Elements(true, !allMemory || (capabilities & MapperCapabilities.SubPage) == 0)
        from unit in Gen.Frequency((2, Gen.Constant(1)), (2, Gen.Constant(512)), (1, Gen.Constant(4096)))
        from rules in Rules(unit)
        from reach in Gen.Frequency((3, Gen.Constant(Reach.All)), (3, Gen.Constant(Reach.Bits32)), (2, Gen.Constant(Reach.Tight)), (1, Gen.Constant(Reach.Tiny)))
        from busOffset in Gen.Frequency((2, Gen.Constant(0L)), (1, Gen.Constant(0x8000_0000L)), (1, Gen.Constant(-0x0200_0000L)))
        from slots in Gen.Frequency((4, Gen.Constant(1024)), (2, Gen.Choose(1, 40)))
        from home in Gen.Frequency(
            (5, View([HomeArea.Low], unit)),
            (4, View([HomeArea.Low, HomeArea.High, HomeArea.Below], unit)),
            (allMemory ? 1 : 0, View([HomeArea.First, HomeArea.Border, HomeArea.Last], unit)),
            (trusted ? 2 : 0, View([HomeArea.Low, HomeArea.High, HomeArea.Below, HomeArea.Mmio, HomeArea.Protected, HomeArea.Huge], unit)))
        from direction in Gen.Elements(DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional)
        from options in Gen.Frequency((5, Gen.Constant(MapOptions.None)), (2, Gen.Constant(MapOptions.Prefix)), (1, Gen.Elements(MapOptions.ZeroCopy, MapOptions.ZeroCopy | MapOptions.Prefix)))
        from part in Gen.Choose(0, 64).Two()
        select new MapperCase
        {
            Capabilities = capabilities,
            IsTrusted = trusted,
            Rules = rules,
            Reach = reach,
            BusOffset = (capabilities & MapperCapabilities.Translates) != 0 ? 0 : busOffset,
            PoolSlots = slots,
            Home = home,
            Direction = direction,
            Options = options,
            Part = part,
        },
        Smaller);

    private static Gen<DmaConstraints> Rules(int unit)
        => Gen.Frequency(
            (4, Gen.Constant(DmaConstraints.None)),
            (1, Gen.Constant(DmaConstraints.ContiguousOnly)),
            (6,
                from size in Maybe(Gen.Elements<long>(4096, 3000, 12288, 65536, 1 << 20))
                from count in Maybe(Gen.Elements(1, 2, 4, 16))
                from boundary in Maybe(Gen.Elements<ulong>(0xFFF, 0x3FFF, 0xFFFF, 0xF_FFFF, 0xFFFF_FFFF))
                from alignment in Maybe(Gen.Elements<ulong>(4, 512, 512, 4096, 65536))
                from granularity in Maybe(Gen.Elements<long>(4, 512, 1024))
                from kept in Maybe(Gen.Frequency((3, Gen.Constant(0xFFFul)), (1, Gen.Elements(0x3FFFul, 0xFFFFul))))
                select new DmaConstraints
                {
                    MaxSegmentSize = size,
                    MaxSegmentCount = count,
                    SegmentBoundaryMask = boundary,
                    Alignment = alignment > (ulong)unit && unit < 512 ? 1 : alignment,
                    Granularity = granularity > unit ? 1 : granularity,
                    OffsetPreservingMask = kept,
                }));

    private static Gen<T> Maybe<T>(Gen<T> limit) where T : struct => Gen.Frequency((2, Gen.Constant(default(T))), (1, limit));

    /// <summary>Runs at an end of the address space, or over 4 GiB.</summary>
    public static Gen<MappedRun> AtAnEdge(HomeArea area, PageSize pageSize, int longest)
        => from count in Gen.Choose(1, longest)
           from over in Gen.Choose(0, 3)
           let frames = (int)((8L << 20) / pageSize.Bytes)
           select area == HomeArea.First
               ? new MappedRun(area, 0, over % frames, count)
               : new MappedRun(area, 15, frames - count + (area == HomeArea.Border ? over : -(over / 2)), count);

    /// <summary>One to four runs; now and then one that is long enough for large pages.</summary>
    private static Gen<MappedRun[]> Runs(HomeArea[] areas, PageSize pageSize, int longest)
    {
        Gen<MappedRun> anywhere = from area in Gen.Elements(areas)
                                  from run in IsEdge(area) ? AtAnEdge(area, pageSize, longest) : Inside(area, pageSize, longest)
                                  select run;
        Gen<MappedRun> large = from area in Gen.Elements(areas)
                               from slot in Gen.Choose(0, area == HomeArea.Below ? 1 : 15)
                               from start in Gen.Elements(0, 512, 3)
                               from count in Gen.Choose(512, 700)
                               select new MappedRun(area, slot, start, count);
        Gen<MappedRun[]> several = from count in Gen.Choose(1, 4) from runs in anywhere.ArrayOf(count) select runs;
        return pageSize == PageSize.Size4K && !areas.Any(IsEdge)
            ? Gen.Frequency((15, several), (1, from first in large from rest in several select (MappedRun[])[first, .. rest]))
            : several;
    }

    private static bool IsEdge(HomeArea area) => area is HomeArea.First or HomeArea.Border or HomeArea.Last;

    private static Gen<MappedRun> Inside(HomeArea area, PageSize pageSize, int longest)
        => from slot in Gen.Choose(0, area == HomeArea.Below ? 1 : 15)
           from start in Gen.Elements(0, 0, 1, 2, 3, 5)
           from count in Gen.Choose(1, longest)
           select new MappedRun(area, slot, start % (pageSize == PageSize.Size2M ? 2 : 16), count);

    private static Gen<long> Upto(long most) => most <= int.MaxValue ? Gen.Choose(0, (int)most).Select(n => (long)n) : throw new ArgumentOutOfRangeException(nameof(most));

    private static IEnumerable<MapperCase> Smaller(MapperCase one)
    {
        if (one.BusOffset != 0) yield return one with { BusOffset = 0 };
        if (one.Reach != Reach.All) yield return one with { Reach = Reach.All };
        if (one.Options != MapOptions.None) yield return one with { Options = MapOptions.None };
        foreach (DmaConstraints simpler in ConstraintsCases.Simpler(one.Rules)) yield return one with { Rules = simpler };
        MappedView home = one.Home;
        if (home.Summarised) yield return one with { Home = home with { Summarised = false } };
        for (int i = 0; i < home.Runs.Length && home.Runs.Length > 1; i++)
        {
            MappedRun[] fewer = [.. home.Runs.Where((_, index) => index != i)];
            yield return one with { Home = home with { Runs = fewer, Length = Math.Min(home.Length, (fewer.Sum(run => run.Count) * home.PageSize.Bytes) - home.Offset) } };
        }

        if (home.Length > 4096) yield return one with { Home = home with { Length = (home.Length / 2 / 4096 * 4096) + (home.Length % 4096) } };
        if (home.Length > 4096) yield return one with { Home = home with { Length = home.Length - 4096 } };
        if (home.Offset > 0) yield return one with { Home = home with { Offset = 0 } };
    }
}
