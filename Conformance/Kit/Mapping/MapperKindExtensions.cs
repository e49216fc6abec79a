using static Conformance.MapperCapabilities;

namespace Conformance;

/// <summary>What the library's mappers are able to.</summary>
public static class MapperKindExtensions
{
    /// <summary>The capabilities of a kind.</summary>
    public static MapperCapabilities Capabilities(this MapperKind kind) => AllocatesNothing | kind switch
    {
        MapperKind.Direct => Coherent,
        MapperKind.Bounce => Bounces,
        MapperKind.BounceEverything => Bounces | BouncesEverything,
        MapperKind.Iommu => Translates | Coherent | Tables | Reserves,
        MapperKind.IommuBouncePartial => Translates | Tables | Bounces | SubPage,
        _ => Translates | Tables | Bounces | BouncesEverything,
    };

    /// <summary>The library's mapper that is able to the same, as far as that decides how one is made.</summary>
    internal static MapperKind Kind(this MapperCapabilities capabilities) => (capabilities & (Translates | Bounces | BouncesEverything)) switch
    {
        None => MapperKind.Direct,
        Bounces => MapperKind.Bounce,
        Bounces | BouncesEverything => MapperKind.BounceEverything,
        Translates => MapperKind.Iommu,
        Translates | Bounces => MapperKind.IommuBouncePartial,
        _ => MapperKind.IommuBounceEverything,
    };
}
