namespace Conformance;

/// <summary>Bytes given to a segmenter, in units of the case's small address space.</summary>
/// <param name="At">Where the device sees them, 0 to 63.</param>
/// <param name="HomeAt">Where they are in memory.</param>
/// <param name="Length">How many, 0 or more.</param>
public readonly record struct SegmentingPiece(int At, int HomeAt, int Length)
{
    /// <summary>The piece as <c>@12+8</c>, with its home where that differs.</summary>
    public override string ToString() => At == HomeAt ? $"@{At}+{Length}" : $"@{At}(home {HomeAt})+{Length}";
}
