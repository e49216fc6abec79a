using System;
using System.Collections.Generic;

namespace DmaMapping;

/// <summary>What a move did, whom it told, and what went wrong in their callbacks. Immutable.</summary>
public sealed class MoveReport
{
    internal MoveReport(bool hasMoved, string? found, IReadOnlyList<string> told, IReadOnlyList<KeyValuePair<string, Exception>> faults)
    {
        HasMoved = hasMoved;
        Obstacle = found;
        Told = told;
        Faults = faults;
    }

    /// <summary>Whether the bytes have moved.</summary>
    public bool HasMoved { get; }

    /// <summary>What stood in the way, for people; null where they have moved.</summary>
    public string? Obstacle { get; }

    /// <summary>Names of those who were told to stop, in the order in which they were.</summary>
    public IReadOnlyList<string> Told { get; }

    /// <summary>Who threw in a callback, and what.</summary>
    public IReadOnlyList<KeyValuePair<string, Exception>> Faults { get; }

    /// <summary>Whether the bytes moved, or what stood in the way.</summary>
    public override string ToString()
        => HasMoved ? $"moved, told: {(Told.Count == 0 ? "nobody" : string.Join(", ", Told))}" : $"not moved: {Obstacle}";
}
