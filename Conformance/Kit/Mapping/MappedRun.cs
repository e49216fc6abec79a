namespace Conformance;

/// <summary>Consecutive frames of a view.</summary>
/// <param name="Area">The part of memory that they lie in.</param>
/// <param name="Slot">Which 8 MiB of it.</param>
/// <param name="Start">Frames skipped there.</param>
/// <param name="Count">How many frames.</param>
public readonly record struct MappedRun(HomeArea Area, int Slot, int Start, int Count)
{
    /// <summary>The run as <c>High/3+7x2</c>.</summary>
    public override string ToString() => $"{Area}/{Slot}+{Start}x{Count}";
}
