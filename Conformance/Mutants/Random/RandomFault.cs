namespace Conformance.Mutants;

/// <summary>A fault that the random campaign must find, and on what.</summary>
/// <param name="Fault">What is planted.</param>
/// <param name="Backend">Where it shows, as <c>iommu-lazy</c>.</param>
public sealed record RandomFault(SourceMutant Fault, string Backend)
{
    /// <summary>What it does wrong, in words joined by hyphens.</summary>
    public string Name => Fault.Name;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} on {Backend}";
}
