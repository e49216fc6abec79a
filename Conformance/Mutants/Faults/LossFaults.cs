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
    public static string? Find(string scene, string kind)
    {
#pragma warning disable CA1031 // Whatever a faulty library throws is found.
        try
        {
            return FaultScenes.Find(scene, Enum.Parse<FaultKind>(kind), out _);
        }
        catch (Exception thrown)
        {
            return thrown.Message;
        }
#pragma warning restore CA1031
    }
}
