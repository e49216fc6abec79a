using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The faults that threads meet, and the laws that find them.</summary>
public static class ThreadFaults
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } = [.. ThreadMutants.All.Select(one => one.Mutant)];

    /// <summary>The fault of a name.</summary>
    public static SourceMutant Named(string name) => All.Single(one => one.Name == name);

    /// <summary>Lets threads loose on what a fault is in, until it is found.</summary>
    /// <param name="name">The fault's name.</param>
    /// <param name="runs">How many histories at most.</param>
    /// <returns>What is wrong, with the number of the run; null where nothing is.</returns>
    public static string? Find(string name, long runs)
    {
        foreach ((ThreadSubject subject, SourceMutant mutant) in ThreadMutants.All)
        {
            if (mutant.Name != name) continue;
            try
            {
                return ThreadLaws.Broken(subject, runs, Seed.Value);
            }
            catch (InvalidOperationException thrown)
            {
                // What a fault leaves taken is told when the subject is disposed.
                return thrown.Message;
            }
        }

        return null;
    }
}
