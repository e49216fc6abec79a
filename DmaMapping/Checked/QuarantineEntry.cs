using PfnBuffers;

namespace DmaMapping;

/// <summary>A mapping, or a reservation with its links, that nobody ends any more: the device reaches it still, and its addresses, slots and frames stay taken. Immutable.</summary>
public sealed class QuarantineEntry
{
    internal QuarantineEntry(TrackedMapping mapping, MisuseKind cause)
    {
        Mapping = mapping;
        Books = mapping.Books;
        Created = mapping.Created;
        Length = mapping.Length;
        Address = mapping.Addresses.Count > 0 ? new DmaAddress(mapping.Addresses[0].Start) : default;
        What = mapping.ToString();
        Cause = cause;
    }

    internal QuarantineEntry(TrackedReservation reservation, MisuseKind cause)
    {
        Reservation = reservation;
        Books = reservation.Books;
        Created = reservation.Created;
        Length = reservation.Name.Length;
        Address = reservation.Name.Address;
        What = reservation.ToString();
        Cause = cause;
    }

    /// <summary>The device's name.</summary>
    public string Device => Books.Device.Name;

    /// <summary>Where it was mapped or reserved.</summary>
    public DriverSite Created { get; }

    /// <summary>Bytes mapped or reserved.</summary>
    public long Length { get; }

    /// <summary>Where the device finds the first of them.</summary>
    public DmaAddress Address { get; }

    /// <summary><see cref="MisuseKind.Leak"/>: the device was released. <see cref="MisuseKind.Lost"/>: the garbage collector found it.</summary>
    public MisuseKind Cause { get; }

    internal MapperBooks Books { get; }

    internal TrackedMapping? Mapping { get; }

    internal TrackedReservation? Reservation { get; }

    /// <summary>What it is and where it comes from.</summary>
    internal string What { get; }

    internal MappingToken Token => Mapping?.Token ?? Reservation!.Name.Token;

    /// <summary>Device, bytes, direction, address and creation site in one line.</summary>
    public override string ToString() => $"{Device}: {What}; {Cause}";
}
