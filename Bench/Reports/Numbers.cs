using System.Globalization;

namespace Bench;

/// <summary>Three digits of a measured number; more would be noise.</summary>
internal static class Numbers
{
    /// <summary>The number as tables show it.</summary>
    internal static string Show(double value)
        => value == 0 ? "0" : value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : value >= 0.01 ? "0.000" : "0.00000", CultureInfo.InvariantCulture);
}
