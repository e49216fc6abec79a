namespace DmaMapping;

/// <summary>
/// How mapping came out. Whatever is not <see cref="Mapped"/> is a shortage or a refusal that a caller foresees:
/// nothing was mapped and nothing changed. The default value is <see cref="NotMapped"/>.
/// </summary>
public enum MapStatus
{
    /// <summary>Nothing was tried.</summary>
    NotMapped = 0,

    /// <summary>The bytes are mapped; the result has a token.</summary>
    Mapped,

    /// <summary>The IOVA space has no free range of the size, or somebody waits for one (<see cref="IReservingMapper.ReserveAsync"/>).</summary>
    NoIovaSpace,

    /// <summary>The bounce pool has no room for the bytes that must bounce.</summary>
    NoBounceSpace,

    /// <summary>No memory for page tables.</summary>
    NoTableMemory,

    /// <summary>The device takes fewer segments than the bytes need; map them in windows, or let them bounce.</summary>
    TooManySegments,

    /// <summary>The caller's span holds fewer segments than needed; the result tells how many.</summary>
    SpanTooShort,

    /// <summary>A frame lies where neither the device nor its mapper can reach it; the result tells which.</summary>
    UnreachableFrame,

    /// <summary>A segment would start off the device's alignment, or be no multiple of its granularity; the result tells at which frame.</summary>
    Unaligned,

    /// <summary>A bounced copy would diverge from its home: another live mapping has the byte, and one of the two may write it.</summary>
    WouldDiverge,

    /// <summary>The exporter of a shared buffer has no frames to back it with.</summary>
    NoBacking,

    /// <summary>The attachment is refused on the backing that the shared buffer has; its decision says why.</summary>
    Refused,

    /// <summary>The bytes of a shared buffer are about to move, and the device was told to stop: map when it is told that they have.</summary>
    Moving,

    /// <summary>The shared buffer was revoked, or the attachment: its exporter or its device is gone.</summary>
    Revoked,

    /// <summary>The view's frames are smaller than the IOMMU's granule: a page would let the device reach what is beside them.</summary>
    FrameTooSmall,
}
