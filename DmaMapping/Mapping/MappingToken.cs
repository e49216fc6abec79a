using System;

namespace DmaMapping;

/// <summary>
/// Names one live mapping of one mapper: a slot, and the generation that the slot had when the mapping was made, so that a
/// token of a mapping that is gone is known for what it is. The default value names no mapping.
/// </summary>
public readonly struct MappingToken : IEquatable<MappingToken>
{
    /// <summary>A token, for those who write a mapper of their own.</summary>
    /// <param name="owner">The mapper that issues it, by a number of its own, 1 to 65,535: the library's mappers count from there.</param>
    /// <param name="slot">Where the mapper keeps what it knows of the mapping.</param>
    /// <param name="generation">How often the slot was used before.</param>
    public MappingToken(int owner, int slot, uint generation)
    {
        Owner = owner;
        Slot = slot;
        Generation = generation;
    }

    /// <summary>Whether this is the default value, which names no mapping.</summary>
    public bool IsNone => Owner == 0;

    /// <summary>The mapper that issued the token; 0 for none.</summary>
    public int Owner { get; }

    /// <summary>Where the mapper keeps what it knows of the mapping.</summary>
    public int Slot { get; }

    /// <summary>How often the slot was used before.</summary>
    public uint Generation { get; }

    /// <summary>The same mapping.</summary>
    public static bool operator ==(MappingToken left, MappingToken right) => left.Equals(right);

    /// <summary>Another mapping.</summary>
    public static bool operator !=(MappingToken left, MappingToken right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(MappingToken other) => Owner == other.Owner && Slot == other.Slot && Generation == other.Generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MappingToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (Owner * 397) ^ (Slot * 31) ^ (int)Generation;

    /// <summary>Slot and generation, as <c>mapping 3 (generation 17)</c>.</summary>
    public override string ToString() => IsNone ? "no mapping" : $"mapping {Slot} (generation {Generation})";
}
