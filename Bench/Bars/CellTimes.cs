namespace Bench;

/// <summary>What a cell's contestants took, in nanoseconds a life; a life is all pages.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Ours">The library.</param>
/// <param name="Linux">The Linux-shaped baseline.</param>
/// <param name="Representation">A scatterlist over the library's tables.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Copy">C: a copy and a clearing of 8 bytes a page.</param>
/// <param name="Lock">L: a lock and unlock.</param>
/// <param name="LinuxRemap">Map and unmap alone, of the baseline.</param>
/// <param name="OurRemap">Map and unmap alone, of the library.</param>
internal sealed record CellTimes(
    Cell Cell,
    double Ours,
    double Linux,
    double Representation,
    double Limit,
    double Copy,
    double Lock,
    double LinuxRemap,
    double OurRemap)
{
    /// <summary>P0: a limit slower than so many copies would loosen every bar that names it.</summary>
    internal const double MostCopies = 2.5;

    /// <summary>Whether the limit is quick enough to hold others to it.</summary>
    internal bool LimitHolds => Limit <= MostCopies * Copy;

    /// <summary>The baseline over the limit, as a part of what Linux's own C had; null where that was not measured.</summary>
    internal double? PartOfAnchor => Linux / Limit / Cell.LinuxToLimit;

    /// <summary>Whether the baseline is shaped like Linux, as far as is known.</summary>
    internal bool BaselineHolds => PartOfAnchor is null or (>= Cell.LeastOfAnchor and <= Cell.MostOfAnchor);

    /// <summary>Nanoseconds a page.</summary>
    internal double APage(double life) => life / Cell.Count;
}
