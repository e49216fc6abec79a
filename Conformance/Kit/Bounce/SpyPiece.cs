namespace Conformance;

/// <summary>The bytes of a mapping that lie in one 4 KiB frame.</summary>
/// <param name="At">Offset of the first in the mapping.</param>
/// <param name="Home">Index of the first at home.</param>
/// <param name="Length">How many.</param>
internal readonly record struct SpyPiece(int At, int Home, int Length)
{
    /// <summary>Index of the byte that the device reaches as the first.</summary>
    internal int Place { get; init; }

    /// <summary>Where the device finds the first.</summary>
    internal ulong Bus { get; init; }

    internal bool IsCopy => Place != Home;

    /// <summary>Whether they are all that their frame holds.</summary>
    internal bool IsWhole => Length == SpyMemory.Frame;

    internal int HomeFrame => Home & ~(SpyMemory.Frame - 1);

    internal int PlaceFrame => Place & ~(SpyMemory.Frame - 1);

    internal bool Overlaps(in SpyPiece other) => Home < other.Home + other.Length && other.Home < Home + Length;
}
