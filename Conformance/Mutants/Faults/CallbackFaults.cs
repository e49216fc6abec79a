using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The faults in what is made of the answers of holders, and the plays that find them.</summary>
public static class CallbackFaults
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } = [.. CallbackMutants.All];

    /// <summary>The fault of a name.</summary>
    public static SourceMutant Named(string name) => All.Single(one => one.Name == name);

    /// <summary>The same, as <see cref="FaultSearch"/> wants it; all plays are fewer than any may take.</summary>
    public static (long Cases, string? What) Search(long most)
    {
        (int plays, string? what) = Find();
        return (plays, plays <= most ? what : null);
    }

    /// <summary>Plays until something is wrong.</summary>
    /// <returns>After how many plays, and what; null where nothing is.</returns>
    public static (int Plays, string? What) Find()
    {
        int plays = 0;
#pragma warning disable CA1031 // Whatever a faulty library throws is found.
        try
        {
            string? wrong = CallbackScenes.Find(out plays, out _);
            return (plays, wrong);
        }
        catch (Exception thrown)
        {
            return (plays, thrown.Message);
        }
#pragma warning restore CA1031
    }
}
