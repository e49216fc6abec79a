using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Bytes in frames, and cuts made one after the other, each inside what the cut before left.</summary>
public sealed record ViewCase(PageSize PageSize, Pfn[] Frames, long Offset, long Length, (long Offset, long Length)[] Cuts, ViewForm Form)
{
    /// <summary>All page sizes, runs of 1 to 70 frames, up to the top of the address space.</summary>
    public static Arbitrary<ViewCase> Cases { get; } = Arb.From(Generator(AnyPageSize, Gen.Choose(1, 6), RunLength), Smaller);

    /// <summary>Three frames at most, of 4 or 16 KiB: small enough for a model that lists every byte.</summary>
    public static Arbitrary<ViewCase> SmallCases { get; } = Arb.From(
        Generator(Gen.Elements(PageSize.Size4K, PageSize.Size16K), Gen.Choose(0, 3), Gen.Constant(1)), Smaller);

    /// <summary>Every page size.</summary>
    public static Gen<PageSize> AnyPageSize
        => Gen.Elements(PageSize.Size4K, PageSize.Size16K, PageSize.Size64K, PageSize.Size2M, PageSize.Size1G);

    /// <summary>Long enough, in half of the cases, that a buffer keeps its runs (32 frames or more on average).</summary>
    private static Gen<int> RunLength => Gen.Frequency((1, Gen.Elements(1, 2, 3)), (2, Gen.Choose(32, 70)));

    /// <summary>The model after all cuts.</summary>
    public ByteModel Model() => Cuts.Aggregate(ByteModel.Of(Frames, PageSize, Offset, Length), (model, cut) => model.Slice(cut.Offset, cut.Length));

    /// <inheritdoc/>
    public override string ToString()
        => $"{Form} of {PageSize} [{string.Join(" ", Frames.Select(f => f.Value.ToString("x")))}] offset {Offset} length {Length} cuts {string.Join(" ", Cuts)}";

    private static Gen<ViewCase> Generator(Gen<PageSize> pageSizes, Gen<int> runCounts, Gen<int> runLengths)
        => from pageSize in pageSizes
           from runs in runCounts
           from frames in FramesOf(pageSize, runs, runLengths)
           from offset in frames.Length == 0 ? Gen.Constant(0L) : Between(pageSize.Bytes - 1)
           from length in Between(((long)frames.Length << pageSize.Shift) - offset)
           from cutCount in Gen.Choose(0, 4)
           from cuts in CutsOf(length, pageSize, cutCount)
           from form in Gen.Elements(ViewForm.Span, ViewForm.Array, ViewForm.Owner, ViewForm.Slice)
           select new ViewCase(pageSize, frames, offset, length, [.. cuts], form);

    /// <summary>Runs one after the other; one that would pass the top of the address space ends there.</summary>
    private static Gen<Pfn[]> FramesOf(PageSize pageSize, int runs, Gen<int> runLengths)
        => from lengths in runLengths.ArrayOf(runs)
           from starts in Gen.Frequency(
               (4, Gen.Choose(0, 1000).Select(n => (ulong)n)),
               (2, Gen.Choose(0, 40).Select(n => Pfn.Max(pageSize).Value - (ulong)n)),
               (2, Words.Any.Select(word => word & Pfn.Max(pageSize).Value))).ArrayOf(runs)
           select lengths.Zip(starts, (length, start) => (Length: length, Start: Math.Min(start, Pfn.Max(pageSize).Value - (ulong)length + 1)))
               .SelectMany(run => Enumerable.Range(0, run.Length).Select(i => new Pfn(run.Start + (ulong)i)))
               .ToArray();

    private static Gen<List<(long Offset, long Length)>> CutsOf(long length, PageSize pageSize, int count)
        => count == 0
            ? Gen.Constant(new List<(long Offset, long Length)>())
            : from offset in Gen.Frequency((5, Between(length)), (1, Between(length).Select(at => at & ~(pageSize.Bytes - 1))))
              from left in Gen.Frequency((1, Gen.Constant(length - offset)), (1, Between(length - offset)))
              from more in CutsOf(left, pageSize, count - 1)
              select more.Prepend((offset, left)).ToList();

    /// <summary>0 to <paramref name="most"/>, both often.</summary>
    private static Gen<long> Between(long most)
        => Gen.Frequency(
            (1, Gen.Constant(0L)),
            (1, Gen.Constant(most)),
            (1, Gen.Constant(Math.Min(1, most))),
            (1, Gen.Constant(Math.Max(0, most - 1))),
            (10, Words.Uniform.Select(word => (long)(word % ((ulong)most + 1)))));

    private static IEnumerable<ViewCase> Smaller(ViewCase one)
    {
        if (one.Form != ViewForm.Span) yield return one with { Form = ViewForm.Span };
        if (one.Cuts.Length > 0) yield return one with { Cuts = one.Cuts.Take(one.Cuts.Length - 1).ToArray() };
        if (one.Cuts.Length > 0) yield break;
        if (one.Length > 0) yield return one with { Length = one.Length / 2 };
        if (one.Offset > 0) yield return one with { Offset = 0 };
        for (int i = 0; i < one.Frames.Length; i++)
        {
            Pfn[] fewer = one.Frames.Where((_, index) => index != i).ToArray();
            long room = ((long)fewer.Length << one.PageSize.Shift) - one.Offset;
            if (one.Length <= room) yield return one with { Frames = fewer };
        }
    }
}
