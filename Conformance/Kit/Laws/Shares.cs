using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance;

/// <summary>
/// How often generated cases fall into each class. A law that is tried only on cases where nothing happens holds
/// nothing, so tests assert these shares.
/// </summary>
public sealed class Shares
{
    private readonly Dictionary<string, int> _counts = [];
    private readonly int _cases;

    private Shares(int cases) => _cases = cases;

    /// <summary>The share of a class, 0 to 1.</summary>
    public double this[string @class] => _counts.TryGetValue(@class, out int count) ? (double)count / _cases : 0;

    /// <summary>Samples cases and sorts them into classes; a case may be in several.</summary>
    /// <param name="cases">Where the cases come from.</param>
    /// <param name="count">How many are sampled.</param>
    /// <param name="classes">The classes of one case.</param>
    public static Shares Of<T>(Gen<T> cases, int count, Func<T, IEnumerable<string>> classes)
    {
        var shares = new Shares(count);
        foreach (T one in cases.Sample(count, Seed.Batch(Seed.Value, 0), Seed.Size))
        {
            foreach (string name in classes(one).Distinct())
                shares._counts[name] = (shares._counts.TryGetValue(name, out int before) ? before : 0) + 1;
        }

        return shares;
    }

    /// <summary>The shares, greatest first, as <c>Fits 41 %, Unaligned 20 %</c>.</summary>
    public override string ToString()
        => string.Join(", ", _counts.OrderByDescending(c => c.Value).Select(c => $"{c.Key} {100.0 * c.Value / _cases:0.#} %"));
}
