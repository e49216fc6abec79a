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
    public static string? Find(string name, long runs) => Search(name, runs).What;

    /// <summary>The same, with the number of histories.</summary>
    public static (long Cases, string? What) Search(string name, long runs)
    {
        (ThreadSubject subject, _) = ThreadMutants.All.Single(one => one.Mutant.Name == name);
        long ran = 0;
        try
        {
            string? wrong = ThreadLaws.Broken(subject, runs, Seed.Value, out ran);
            return (ran, wrong);
        }
        catch (InvalidOperationException thrown)
        {
            // What a fault leaves taken is told when the subject is disposed.
            return (ran, thrown.Message);
        }
    }
}
