using System.Collections.Generic;
using System.Linq;

namespace Demo;

/// <summary>All orders of a few things.</summary>
internal static class Permutations
{
    /// <summary>Every order once, those that start with the first thing first.</summary>
    internal static IEnumerable<IReadOnlyList<T>> Of<T>(IReadOnlyList<T> things)
    {
        if (things.Count == 0) return [[]];
        return things.SelectMany((first, i) => Of<T>([.. things.Take(i), .. things.Skip(i + 1)]).Select(rest => (IReadOnlyList<T>)[first, .. rest]));
    }
}
