namespace Conformance;

/// <summary>How a law fared over many cases.</summary>
/// <param name="Cases">Cases tried.</param>
/// <param name="Violations">Cases that broke the law.</param>
/// <param name="First">The first violation and its case; null where there was none.</param>
public sealed record LawRun(long Cases, long Violations, string? First);
