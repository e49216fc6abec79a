using System;
using System.Globalization;

namespace Conformance;

/// <summary>
/// How many of its cases a law tries: all, unless the environment variable <c>PFN_DMA_CASES</c> gives a percentage. A law that tries a part of its
/// cases stops at the first that breaks it, and does not make it smaller: what asks many times whether something is broken wants the answer soon.
/// </summary>
public static class CaseShare
{
    /// <summary>The environment variable that gives the percentage, 1 to 100.</summary>
    public const string Variable = "PFN_DMA_CASES";

    private static readonly Lazy<int> Given = new(FromEnvironment);

    private static int Percent => Given.Value;

    /// <summary>Whether laws try all of their cases.</summary>
    /// <exception cref="FormatException">The environment variable is no number from 1 to 100.</exception>
    public static bool IsWhole => Percent == 100;

    /// <summary>How many cases are tried in place of so many; one at least.</summary>
    /// <param name="cases">How many are tried where all are.</param>
    /// <exception cref="FormatException">The environment variable is no number from 1 to 100.</exception>
    public static int Of(int cases) => (int)Math.Max(1, (long)cases * Percent / 100);

    private static int FromEnvironment()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text)) return 100;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int percent) && percent is >= 1 and <= 100) return percent;
        throw new FormatException($"{Variable} is '{text}'; it must be a number from 1 to 100.");
    }
}
