using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Views mapped and unmapped in one domain, one step after the other.</summary>
/// <param name="Device">The device and its mapper.</param>
/// <param name="Steps">What is mapped; and, where <c>Unmap</c> is not negative, which of the live mappings is unmapped instead.</param>
public sealed record MapScript(MapperCase Device, (MappedView Home, DmaDirection Direction, int Unmap)[] Steps)
{
    /// <summary>Scripts of up to 24 steps behind an IOMMU.</summary>
    public static Arbitrary<MapScript> Cases { get; } = Of(MapperCases.Translated);

    /// <summary>The same for a mapper of such capabilities.</summary>
    public static Arbitrary<MapScript> For(MapperCapabilities capabilities) => Of(MapperCases.For(capabilities));

    private static Arbitrary<MapScript> Of(Arbitrary<MapperCase> devices) => Arb.From(
        from device in devices.Generator
        from count in Gen.Choose(2, 24)
        from steps in Step.ArrayOf(count)
        select new MapScript(device with { Options = MapOptions.None }, steps),
        Smaller);

    private static Gen<(MappedView Home, DmaDirection Direction, int Unmap)> Step
        => from home in MapperCases.Views
           from direction in Gen.Elements(DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional)
           from unmap in Gen.Frequency((3, Gen.Constant(-1)), (2, Gen.Choose(0, 100)))
           select (home, direction, unmap);

    /// <inheritdoc/>
    public override string ToString()
        => $"{Device}:\n    {string.Join("\n    ", Steps.Select(step => step.Unmap >= 0 ? $"unmap {step.Unmap}" : $"map {step.Home} {step.Direction}"))}";

    private static IEnumerable<MapScript> Smaller(MapScript one)
    {
        for (int i = 0; i < one.Steps.Length; i++) yield return one with { Steps = [.. one.Steps.Where((_, index) => index != i)] };
        if (one.Device.Rules != default) yield return one with { Device = one.Device with { Rules = default } };
    }
}
