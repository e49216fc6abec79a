using System;

namespace PfnBuffers;

/// <summary>
/// What a device that attaches declares: what its mapper can do for it, and what it can live with. Immutable.
/// </summary>
public sealed class Importer
{
    /// <summary>A declaration with nothing asked for beyond the device's own constraints.</summary>
    /// <param name="profile">The device, and what its mapper can do.</param>
    /// <exception cref="ArgumentNullException">No profile.</exception>
    public Importer(MapperProfile profile) => Profile = Throw.IfNull(profile, nameof(profile));

    /// <summary>The device, and what its mapper can do.</summary>
    public MapperProfile Profile { get; }

    /// <summary>The device's name; ties are broken by it.</summary>
    public string Name => Profile.Device.Name;

    /// <summary>What the device may ever do to the bytes: an upper bound on the directions of its mappings. Both unless set.</summary>
    public MemoryAccess Access { get; init; } = MemoryAccess.ReadWrite;

    /// <summary>Whether it needs a page behind every frame (the page-backed importer that King and Clark ask for in the thread), not only DMA addresses.</summary>
    public bool NeedsPages { get; init; }

    /// <summary>Whether it refuses to work on copies.</summary>
    public bool ZeroCopyOnly { get; init; }

    /// <summary>Whether it maps in windows, so that its segment count does not limit the size of the buffer.</summary>
    public bool MapsWindows { get; init; }

    /// <summary>Whether the device may be bounced at all: its mapper can, and it does not refuse.</summary>
    public bool CanBounce => Profile.BounceCapacity > 0 && !ZeroCopyOnly;

    /// <summary>The device's constraints on one mapping: those on the count of segments fall away where it maps in windows.</summary>
    public DmaConstraints MappingConstraints
        => MapsWindows ? Profile.Device.Constraints with { MaxSegmentCount = 0 } : Profile.Device.Constraints;
}
