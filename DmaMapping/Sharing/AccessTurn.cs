using System;

namespace DmaMapping;

/// <summary>Names one open turn of an attachment; to be ended exactly once. The default value names none.</summary>
public readonly struct AccessTurn : IEquatable<AccessTurn>
{
    internal AccessTurn(MappingToken token) => Token = token;

    internal MappingToken Token { get; }

    /// <summary>The same turn.</summary>
    public static bool operator ==(AccessTurn left, AccessTurn right) => left.Token == right.Token;

    /// <summary>Another turn.</summary>
    public static bool operator !=(AccessTurn left, AccessTurn right) => left.Token != right.Token;

    /// <inheritdoc/>
    public bool Equals(AccessTurn other) => Token == other.Token;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AccessTurn other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Token.GetHashCode();
}
