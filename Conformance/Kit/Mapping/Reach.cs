namespace Conformance;

/// <summary>What the device of a rig reaches.</summary>
public enum Reach
{
    /// <summary>All 64 bits.</summary>
    All,

    /// <summary>4 GiB.</summary>
    Bits32,

    /// <summary>32 MiB to 768 MiB.</summary>
    Tight,

    /// <summary>Sixteen pages of IOVA space; without an IOMMU the same as <see cref="Tight"/>.</summary>
    Tiny,
}
