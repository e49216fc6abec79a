namespace DmaMapping;

/// <summary>
/// Slots of a bounce pool that are taken for a mapping to come; see <see cref="BounceMapper.ReserveAsync"/>. A name, to be stored and copied
/// freely: one that is released or spent is known for what it is. The default value names none.
/// </summary>
public readonly struct BounceReservation
{
    internal BounceReservation(MappingToken token, long length)
    {
        Token = token;
        Length = length;
    }

    /// <summary>Whether this is the default value, which names no reservation.</summary>
    public bool IsNone => Token.IsNone;

    /// <summary>Bytes that were asked for.</summary>
    public long Length { get; }

    /// <summary>Names the reservation. No mapping is named by it.</summary>
    internal MappingToken Token { get; }

    /// <summary>How long it is, as <c>65536 bytes of bounce slots</c>.</summary>
    public override string ToString() => IsNone ? "no reservation" : $"{Length} bytes of bounce slots";
}
