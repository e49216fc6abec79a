using PfnBuffers;

namespace Conformance;

/// <summary>A device of a trace.</summary>
/// <param name="Kind">What it is like, in a word.</param>
/// <param name="Rules">What it can take, its window among it.</param>
public sealed record TraceDevice(string Kind, DmaConstraints Rules)
{
    /// <summary>Whether an IOMMU keeps it to the bytes that are mapped. Without one it is trusted.</summary>
    public bool IsConfined { get; init; }

    /// <summary>Whether a bounce mapper copies everything for it.</summary>
    public bool IsCopied { get; init; }

    /// <summary>IOVAs that it may have, within its window.</summary>
    public DmaWindow Aperture { get; init; }

    /// <summary>The format of its tables: 0 to 3 for VT-d of 4 levels, Arm, AMD, and VT-d of 5 levels.</summary>
    public int Format { get; init; }
}
