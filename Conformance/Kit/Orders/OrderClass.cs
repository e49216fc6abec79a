namespace Conformance;

/// <summary>The kinds of devices whose orders of attaching are tried. What each can do is in <see cref="ClassFacts"/>.</summary>
public enum OrderClass
{
    /// <summary>Behind an IOMMU, without limits.</summary>
    Translated,

    /// <summary>One segment, 32 bits, works on copies if it must.</summary>
    ContiguousLow,

    /// <summary>28 bits, segments of at most 64 KiB that cross no multiple of it, whole units of 8 bytes, works on copies if it must.</summary>
    Narrow,

    /// <summary>36 bits but not the first GiB, four segments, maps window after window, works on copies if it must.</summary>
    Windowed,

    /// <summary>36 bits, no copies, though its mapper could.</summary>
    ZeroCopy,

    /// <summary>One segment, 32 bits, no copies, and its mappings may be moved.</summary>
    Movable,

    /// <summary>Untrusted, behind an IOMMU, its mapper copies partly covered frames, and it takes turns.</summary>
    TurnTaker,

    /// <summary>Takes pfns as they are, 38 bits, and wants a page behind each.</summary>
    Raw,
}
