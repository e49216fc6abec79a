using System.Globalization;

namespace Conformance;

/// <summary>How a law fared over many cases.</summary>
/// <param name="Name">The law.</param>
/// <param name="Cases">Cases tried.</param>
/// <param name="Showed">Cases among them that showed something.</param>
/// <param name="LeastShare">The share of such cases below which the law counts as not tried.</param>
/// <param name="Broken">How the law is broken, in lines for people; null where it is not.</param>
public sealed record LawReport(string Name, int Cases, int Showed, double LeastShare, string? Broken)
{
    /// <summary>The share of cases that showed something, 0 to 1.</summary>
    public double Share => Cases == 0 ? 0 : (double)Showed / Cases;

    /// <summary>Whether the law held, on cases enough of which could have broken it.</summary>
    public bool Holds => Broken is null && Share >= LeastShare;

    /// <summary>The outcome in one line, or in as many as a failure takes.</summary>
    public override string ToString()
        => Broken ?? string.Format(
            CultureInfo.InvariantCulture,
            Holds ? "{0}: holds, {1} cases of {2} showed it" : "{0}: not tried: {1} cases of {2} showed anything, at least {3:0.#} % must: the mapper refuses too much, or lacks what the law needs",
            Name,
            Showed,
            Cases,
            100 * LeastShare);
}
