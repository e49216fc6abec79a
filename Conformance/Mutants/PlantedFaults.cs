using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>All faults that can be planted, by name.</summary>
public static class PlantedFaults
{
    /// <summary>All of them: those of deciding first.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } = [.. DecisionMutants.All, .. SharingMutants.All];

    /// <summary>The fault of a name; null where there is none.</summary>
    public static SourceMutant? Named(string name) => All.FirstOrDefault(one => one.Name == name);
}
