using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace DmaMapping;

/// <summary>Notices that the owner of mappings was collected: a sentinel hangs on each, and dies with it. Thread-safe.</summary>
internal static class OwnerTies
{
    private static readonly ConditionalWeakTable<object, Sentinel> Sentinels = new();

    internal static void Tie(object owner, TrackedMapping mapping) => Sentinels.GetOrCreateValue(owner).Add(mapping);

    /// <summary>Public constructor: the table makes it.</summary>
    private sealed class Sentinel
    {
        private readonly List<TrackedMapping> _mappings = [];

        ~Sentinel()
        {
            foreach (TrackedMapping mapping in _mappings) mapping.Books.Checker.GiveUp(mapping);
        }

        internal void Add(TrackedMapping mapping)
        {
            lock (_mappings)
            {
                _mappings.RemoveAll(static one => one.Ending != MappingEnding.None);
                _mappings.Add(mapping);
            }
        }
    }
}
