using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>What a domain is to be like. The default object is what a domain is without options. Immutable.</summary>
public sealed class IommuDomainOptions
{
    private readonly IReadOnlyList<DmaWindow> _reservedWindows = [];

    /// <summary>
    /// IOVAs that mappings may have; all that the format can translate unless set. Page 0 is never used, for devices take
    /// address 0 for none; nor is the format's <see cref="PageTableFormat.InterruptWindow"/>.
    /// </summary>
    public DmaWindow Aperture { get; init; }

    /// <summary>The format of the tables; <see cref="PageTableFormat.VtdSecondStage4"/> unless set.</summary>
    public PageTableFormat? Format { get; init; }

    /// <summary>Further IOVAs that no mapping may have: what firmware or hardware reserved. In any order; they may overlap, and lie outside the aperture.</summary>
    /// <exception cref="ArgumentNullException">No list.</exception>
    public IReadOnlyList<DmaWindow> ReservedWindows
    {
        get => _reservedWindows;
        init => _reservedWindows = Throw.IfNull(value, nameof(value));
    }

    /// <summary>
    /// The smallest page that is translated, 4 KiB unless set. Mappings begin and end at its multiples, and a buffer of smaller
    /// frames is refused as <see cref="MapStatus.FrameTooSmall"/>, for a page would let the device reach its neighbours too.
    /// </summary>
    public PageSize Granule { get; init; }

    /// <summary>How the IOTLB may lag behind; strict, which is not at all, where null.</summary>
    public LazyInvalidation? Lazy { get; init; }

    /// <summary>
    /// Whether all devices that will map in the domain are trusted; true unless set. Devices of one IOMMU group reach the same
    /// addresses, so one that is not makes them all untrusted: then it must be false, or the untrusted device's mapper made first.
    /// </summary>
    public bool IsTrusted { get; init; } = true;
}
