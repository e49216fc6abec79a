using System;

namespace DmaMapping;

/// <summary>Names one notice of one move to one attachment. The default value names none.</summary>
public readonly struct MoveToken : IEquatable<MoveToken>
{
    internal MoveToken(long value) => Value = value;

    internal long Value { get; }

    /// <summary>The same notice.</summary>
    public static bool operator ==(MoveToken left, MoveToken right) => left.Value == right.Value;

    /// <summary>Another notice.</summary>
    public static bool operator !=(MoveToken left, MoveToken right) => left.Value != right.Value;

    /// <inheritdoc/>
    public bool Equals(MoveToken other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MoveToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The token as <c>move notice 7</c>.</summary>
    public override string ToString() => Value == 0 ? "no move notice" : $"move notice {Value}";
}
