using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>
/// Whether what several threads saw is what one could have seen: whether the calls of a history can be put in a row, each between its beginning
/// and its end, so that a model agrees with every one. A search with a memory of what was tried (Wing and Gong, Testing and verifying concurrent objects,
/// 1993; Lowe, Testing for linearizability, 2017).
/// </summary>
internal static class Linearization
{
    /// <summary>Looks for such a row.</summary>
    /// <param name="history">At most 64 calls.</param>
    /// <param name="model">What there was before.</param>
    internal static bool Exists(IReadOnlyList<ThreadEvent> history, ISequentialModel model)
        => From(history, 0, model, new HashSet<string>(StringComparer.Ordinal));

    private static bool From(IReadOnlyList<ThreadEvent> history, ulong done, ISequentialModel model, HashSet<string> tried)
    {
        if (done == Full(history.Count)) return true;
        if (!tried.Add($"{done:x};{model.Key}")) return false;
        long firstEnd = Enumerable.Range(0, history.Count).Where(i => (done >> i & 1) == 0).Min(i => history[i].Ended);
        for (int i = 0; i < history.Count; i++)
        {
            // Whoever began after another one ended comes after it.
            if ((done >> i & 1) != 0 || history[i].Began > firstEnd) continue;
            if (model.After(history[i]) is { } next && From(history, done | (1ul << i), next, tried)) return true;
        }

        return false;
    }

    private static ulong Full(int count) => count == 64 ? ulong.MaxValue : (1ul << count) - 1;
}
