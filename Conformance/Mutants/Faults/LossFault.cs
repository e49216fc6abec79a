namespace Conformance.Mutants;

/// <summary>A fault in what is done when something goes wrong, and the scenario that finds it.</summary>
/// <param name="Mutant">The fault.</param>
/// <param name="Scene">The scenario.</param>
/// <param name="Kind">What goes wrong in it.</param>
public sealed record LossFault(SourceMutant Mutant, string Scene, FaultKind Kind);
