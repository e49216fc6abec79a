namespace DmaMapping;

/// <summary>What a driver did wrong. docs/checked-mapper.md has for each how it is found, and a report.</summary>
public enum MisuseKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A device was released (its checked mapper disposed) with mappings or reservations that live.</summary>
    Leak,

    /// <summary>Nobody can unmap a mapping any more: what it was tied to, or its mapper, was collected.</summary>
    Lost,

    /// <summary>Unmap, or a sync, of what was never mapped.</summary>
    NeverMapped,

    /// <summary>Unmap, or a sync, of a mapping that has ended.</summary>
    AlreadyUnmapped,

    /// <summary>Unmap, or a sync, of a mapping through the mapper of another device.</summary>
    ForeignMapping,

    /// <summary>Use of a mapping that stands in quarantine.</summary>
    Quarantined,

    /// <summary>The result of a refused mapping was used as if it were one.</summary>
    IgnoredStatus,

    /// <summary>A mapping in a direction that is none.</summary>
    NoDirection,

    /// <summary>A sync beyond what is mapped or linked.</summary>
    SyncOutOfRange,

    /// <summary>The CPU touches bytes that a device has.</summary>
    CpuTouchesDevice,

    /// <summary>Two mappings of one byte of which one is a copy, and one lets its device write: they would diverge.</summary>
    Diverging,

    /// <summary>Two mappings of one byte of which one lets its device write; only where <see cref="MappingCheckerOptions.ForbidsSharedWrites"/>.</summary>
    SharedWrite,

    /// <summary>More mappings that let devices write one byte than <see cref="MappingCheckerOptions.MostOverlaps"/>.</summary>
    TooManyOverlaps,

    /// <summary>A mapper gave a segment list that its device cannot take, or that does not hold the bytes mapped.</summary>
    BadSegments,

    /// <summary>Memory was given back while it is mapped.</summary>
    FreedWhileMapped,

    /// <summary>A device accessed an address that was never mapped for it, or lies outside what was.</summary>
    DeviceOutside,

    /// <summary>A device accessed what was unmapped, whether the hardware still lets it or not.</summary>
    DeviceAfterUnmap,

    /// <summary>A device accessed what its bytes have moved away from.</summary>
    DeviceAfterMove,

    /// <summary>A device read what was mapped for writing alone, or wrote what was mapped for reading.</summary>
    DeviceAgainstDirection,

    /// <summary>A device accessed a link that was not yet made visible to it (<see cref="IReservingMapper.Sync"/>).</summary>
    DeviceBeforeSync,

    /// <summary>A device that programs raw pfns accessed frames that were given back.</summary>
    DeviceAfterFree,

    /// <summary>A link, an unlinking or a question about links that does not fit what is linked.</summary>
    LinkMisplaced,

    /// <summary>Use of a reservation that was released or spent, is somebody else's, or none.</summary>
    ReservationGone,
}
