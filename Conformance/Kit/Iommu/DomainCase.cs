using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>A domain, and what is done to it.</summary>
/// <param name="Aperture">Its IOVAs; the default value for all.</param>
/// <param name="Reserved">Windows of it that no mapping may have.</param>
/// <param name="IsLazy">Whether it invalidates lazily.</param>
/// <param name="PrefersLow">Whether its device prefers addresses below 4 GiB.</param>
/// <param name="Steps">What is done, in order.</param>
public sealed record DomainCase(DmaWindow Aperture, DmaWindow[] Reserved, bool IsLazy, bool PrefersLow, DomainStep[] Steps)
{
    private const ulong FourGiB = 1ul << 32;

    /// <summary>Scripts of up to 40 steps in apertures of all kinds, strict and lazy.</summary>
    public static Arbitrary<DomainCase> Cases { get; } = Of(Gen.Elements(false, true));

    /// <summary>The same, strict only.</summary>
    public static Arbitrary<DomainCase> Strict { get; } = Of(Gen.Constant(false));

    /// <summary>The same, lazy only.</summary>
    public static Arbitrary<DomainCase> Lazy { get; } = Of(Gen.Constant(true));

    /// <summary>Whether the aperture is all that there is.</summary>
    public bool IsUnlimited => Aperture == default;

    private static Gen<DmaWindow> Apertures => Gen.OneOf(
        Gen.Choose(1, 40).Select(pages => From(FourGiB, pages)), // tiny
        from start in Gen.Choose(0, 2000) from pages in Gen.Choose(300, 3000) select From(0x40_0000_0000 + ((ulong)start << 12), pages), // cut at odd pages
        from below in Gen.Choose(1, 1500) from above in Gen.Choose(1, 1500) select From(FourGiB - ((ulong)below << 12), below + above), // around 4 GiB
        Gen.Choose(1, 3000).Select(pages => From((1ul << 48) - ((ulong)pages << 12), pages)), // at the top
        Gen.Choose(-700, 700).Select(shift => From((1ul << 39) - (3ul << 20) + (ulong)((long)shift << 12), 1500)), // across a table of tables
        Gen.Constant(default(DmaWindow)));

    private static Gen<DomainStep> Step => Gen.Frequency(
        (5, Small.Select(pages => new DomainStep(DomainAction.Map, pages))),
        (1, Gen.Elements(1, 2, 3).Select(frames => new DomainStep(DomainAction.MapLarge, frames))),
        (4, Gen.Choose(0, 100).Select(which => new DomainStep(DomainAction.Unmap, which))),
        (1, Gen.Constant(new DomainStep(DomainAction.Trim, 0))),
        (1, Gen.Constant(new DomainStep(DomainAction.Wait, 0))),
        (1, Gen.Constant(new DomainStep(DomainAction.Dispose, 0))));

    private static Gen<int> Small => Gen.Frequency((5, Gen.Constant(1)), (4, Gen.Choose(2, 16)), (3, Gen.Choose(17, 300)), (1, Gen.Elements(511, 512, 513)), (1, Gen.Choose(513, 1100)));

    /// <inheritdoc/>
    public override string ToString()
        => $"{(IsLazy ? "lazy" : "strict")}{(PrefersLow ? ", low first" : "")}, {Aperture} without [{string.Join(" ", Reserved)}]: {string.Join(", ", Steps)}";

    private static DmaWindow From(ulong first, int pages) => new(new DmaAddress(first), new DmaAddress(first + ((ulong)pages << 12) - 1));

    private static Arbitrary<DomainCase> Of(Gen<bool> lazy)
    {
        Gen<DomainCase> all =
            from aperture in Apertures
            from holes in Gen.Choose(0, 3)
            from reserved in Hole(aperture).ArrayOf(aperture == default ? 0 : holes)
            from isLazy in lazy
            from low in Gen.Elements(false, true)
            from count in Gen.Choose(2, 40)
            from steps in Step.ArrayOf(count)
            select new DomainCase(aperture, reserved, isLazy, low, steps);
        return Arb.From(all.Where(one => one.IsUnlimited || new NaiveIova(one).Capacity > 0), Smaller);
    }

    private static Gen<DmaWindow> Hole(DmaWindow aperture)
    {
        int pages = (int)((aperture.Last.Value - aperture.First.Value) >> 12) + 1;
        return from at in Gen.Choose(1, 1000)
               from length in Gen.Choose(1, 60)
               from ragged in Gen.Elements(0ul, 1ul, 4095ul)
               select new DmaWindow(new DmaAddress(aperture.First.Value + ((ulong)(at % pages) << 12) + ragged), new DmaAddress(aperture.First.Value + ((ulong)((at % pages) + length) << 12) - 1));
    }

    private static IEnumerable<DomainCase> Smaller(DomainCase one)
    {
        if (one.Steps.Length > 8)
        {
            yield return one with { Steps = [.. one.Steps.Take(one.Steps.Length / 2)] };
            yield return one with { Steps = [.. one.Steps.Skip(one.Steps.Length / 2)] };
        }

        for (int i = 0; i < one.Steps.Length; i++) yield return one with { Steps = [.. one.Steps.Where((_, index) => index != i)] };
        if (one.Reserved.Length > 0) yield return one with { Reserved = [] };
    }
}
