using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The faults in what is done when something goes wrong.</summary>
public static class LossFaults
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<LossFault> All { get; } = [.. LossMutants.All];

    /// <summary>The fault of a name.</summary>
    public static LossFault Named(string name) => All.Single(one => one.Mutant.Name == name);

    /// <summary>Plays a scenario for one kind of fault.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Find(string scene, string kind) => Search(scene, kind).What;

    /// <summary>The same, with the number of plays: one thing goes wrong in each.</summary>
    public static (long Cases, string? What) Search(string scene, string kind)
    {
        int points = 0;
#pragma warning disable CA1031 // Whatever a faulty library throws is found.
        try
        {
            string? wrong = FaultScenes.Find(scene, Enum.Parse<FaultKind>(kind), out points);
            return (points + 1, wrong);
        }
        catch (Exception thrown)
        {
            return (points + 1, thrown.Message);
        }
#pragma warning restore CA1031
    }
}
