using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// IOVAs that are reserved for views that will be linked into them; see <see cref="IReservingMapper"/>. A name, to be stored
/// and copied freely: one that is released is known for what it is. The default value names none.
/// </summary>
public readonly struct IovaReservation
{
    internal IovaReservation(MappingToken token, DmaAddress address, long length)
    {
        Token = token;
        Address = address;
        Length = length;
    }

    /// <summary>Whether this is the default value, which names no reservation.</summary>
    public bool IsNone => Token.IsNone;

    /// <summary>The IOVA of the first byte; a multiple of 4 KiB, and of the device's alignment.</summary>
    public DmaAddress Address { get; }

    /// <summary>Bytes that were asked for; in a domain of granules above 4 KiB the whole granules that hold them.</summary>
    public long Length { get; }

    /// <summary>Names the reservation. No mapping is named by it.</summary>
    internal MappingToken Token { get; }

    /// <summary>Where it lies, as <c>0x100000000 + 65536</c>.</summary>
    public override string ToString() => IsNone ? "no reservation" : $"{Address} + {Length}";
}
