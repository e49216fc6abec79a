namespace Conformance;

/// <summary>What a trace is played on.</summary>
public enum TraceBackend
{
    /// <summary>Bus addresses.</summary>
    Direct,

    /// <summary>Bus addresses, and copies of what is out of reach.</summary>
    Bounce,

    /// <summary>IOVAs, forgotten before unmapping returns.</summary>
    Iommu,

    /// <summary>IOVAs, forgotten within a window.</summary>
    IommuLazy,
}
