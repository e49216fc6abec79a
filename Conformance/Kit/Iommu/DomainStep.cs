namespace Conformance;

/// <summary>One step.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Number">Frames to map, or which live mapping to unmap.</param>
public readonly record struct DomainStep(DomainAction Action, int Number)
{
    /// <summary>The step as <c>Map 7</c>.</summary>
    public override string ToString() => $"{Action} {Number}";
}
