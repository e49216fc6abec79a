using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What one checked mapper has live. It holds the mapper inside, and is held by the checker and by what it tracks; the checked mapper is held by nobody here, so that its
/// loss is noticed. Guarded by the checker's lock.
/// </summary>
internal sealed class MapperBooks(MappingChecker checker, IDmaMapper inner)
{
    internal MappingChecker Checker => checker;

    internal IDmaMapper Inner => inner;

    internal DmaDevice Device { get; } = inner.Profile.Device;

    internal Dictionary<MappingToken, TrackedMapping> Mappings { get; } = [];

    internal Dictionary<MappingToken, TrackedReservation> Reservations { get; } = [];

    /// <summary>The refusal that was given last, for who uses its result all the same.</summary>
    internal (MapStatus Status, DriverSite At)? LastRefusal { get; set; }

    /// <summary>Where the device was released; null before.</summary>
    internal DriverSite? Released { get; set; }
}
