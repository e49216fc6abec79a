using System;

namespace Bench;

/// <summary>What the whole lives of a cell took, in nanoseconds a page, to four digits.</summary>
/// <param name="Pages">Frames.</param>
/// <param name="Layout">How they lie.</param>
/// <param name="Ours">The library.</param>
/// <param name="Baseline">The Linux-shaped baseline.</param>
/// <param name="ScatterlistOverTables">A scatterlist over the library's tables.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Copy">C: a copy and a clearing of 8 bytes a page.</param>
/// <param name="OursAgain">Map and unmap alone, of the library.</param>
/// <param name="BaselineAgain">Map and unmap alone, of the baseline.</param>
/// <param name="LinuxToLimit">What Linux's own C took over the limit; null where that was not measured.</param>
internal sealed record LifeFact(
    int Pages,
    Layout Layout,
    double Ours,
    double Baseline,
    double ScatterlistOverTables,
    double Limit,
    double Copy,
    double OursAgain,
    double BaselineAgain,
    double? LinuxToLimit)
{
    private const int Digits = 4;

    /// <summary>The fact behind a measurement.</summary>
    internal static LifeFact Of(CellTimes times) => new(
        times.Cell.Count,
        times.Cell.Layout,
        Rounded(times.APage(times.Ours)),
        Rounded(times.APage(times.Linux)),
        Rounded(times.APage(times.Representation)),
        Rounded(times.APage(times.Limit)),
        Rounded(times.APage(times.Copy)),
        Rounded(times.APage(times.OurRemap)),
        Rounded(times.APage(times.LinuxRemap)),
        times.Cell.LinuxToLimit);

    /// <summary>Four digits of a number: what is behind them is noise, and a change in every line of a file.</summary>
    internal static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value;
        int decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return decimals is < 0 or > 15 ? value : Math.Round(value, decimals);
    }
}
