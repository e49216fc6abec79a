using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Views linked into one reservation and unlinked, one step after the other.</summary>
/// <param name="Device">The device and its mapper.</param>
/// <param name="Granules">4 KiB granules that are reserved.</param>
/// <param name="Steps">What happens.</param>
public sealed record LinkScript(MapperCase Device, int Granules, LinkStep[] Steps)
{
    /// <summary>Scripts of up to 16 steps behind an IOMMU.</summary>
    public static Arbitrary<LinkScript> Cases { get; } = Of(MapperCases.Views);

    /// <summary>The same of views that cover no granule partly.</summary>
    public static Arbitrary<LinkScript> OfWholeGranules { get; } = Of(MapperCases.View([HomeArea.Low, HomeArea.High, HomeArea.Below], 4096));

    private static Arbitrary<LinkScript> Of(Gen<MappedView> views) => Arb.From(
        from device in MapperCases.Translated.Generator
        from granules in Gen.Frequency((3, Gen.Choose(1, 60)), (4, Gen.Choose(500, 3000)), (1, Gen.Constant((1 << 18) + 700)))
        from count in Gen.Choose(2, 16)
        from steps in Step(views, granules).ArrayOf(count)
        select new LinkScript(device with { Kind = MapperKind.Iommu, Options = MapOptions.None }, granules, steps),
        Smaller);

    private static Gen<LinkStep> Step(Gen<MappedView> views, int granules)
        => from home in views
           from direction in Gen.Elements(DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional)
           from at in Gen.Frequency((3, Gen.Constant(LinkStep.Next)), (2, Gen.Choose(0, granules / 512).Select(table => table * 512)), (2, Gen.Choose(0, granules)))
           from unlink in Gen.Frequency((5, Gen.Constant(-1)), (3, Gen.Choose(0, 100)))
           from several in Gen.Choose(1, 3)
           select new LinkStep(home, direction, at, unlink, several);

    /// <inheritdoc/>
    public override string ToString() => $"{Device}: {Granules} granules\n    {string.Join("\n    ", Steps.Select(step => step.ToString()))}";

    private static IEnumerable<LinkScript> Smaller(LinkScript one)
    {
        for (int i = 0; i < one.Steps.Length; i++) yield return one with { Steps = [.. one.Steps.Where((_, index) => index != i)] };
        if (one.Device.Rules != default) yield return one with { Device = one.Device with { Rules = default } };
    }
}
