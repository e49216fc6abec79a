using System.Collections.Generic;

namespace DmaMapping;

/// <summary>What a checker knows of one reservation. Guarded by the checker's lock.</summary>
internal sealed class TrackedReservation(MapperBooks books, IovaReservation name, DriverSite created)
{
    internal MapperBooks Books => books;

    internal IovaReservation Name => name;

    internal DriverSite Created => created;

    /// <summary>The links in it, in no order.</summary>
    internal List<TrackedMapping> Links { get; } = [];

    internal MappingEnding Ending { get; set; }

    /// <summary>Where it was released or spent; null while it lives.</summary>
    internal DriverSite? Ended { get; set; }

    /// <summary>What it is and where it comes from, for reports.</summary>
    public override string ToString() => $"the reservation of {name.Length} bytes at {name.Address}, made by {created}";
}
