namespace Conformance;

/// <summary>The mappers that every law of mapping is held against.</summary>
public enum MapperKind
{
    /// <summary>Bus addresses.</summary>
    Direct,

    /// <summary>Bus addresses, and copies of what is out of reach.</summary>
    Bounce,

    /// <summary>Copies of everything, at bus addresses.</summary>
    BounceEverything,

    /// <summary>IOVAs.</summary>
    Iommu,

    /// <summary>IOVAs, and copies of partly covered frames.</summary>
    IommuBouncePartial,

    /// <summary>IOVAs of copies of everything.</summary>
    IommuBounceEverything,
}
