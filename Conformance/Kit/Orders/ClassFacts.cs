namespace Conformance;

/// <summary>What a class of devices can do, as numbers: the devices are built from it, and the oracle reckons with it.</summary>
public sealed record ClassFacts
{
    private static readonly ClassFacts[] All =
    [
        new() { IsTranslated = true },
        new() { WindowBits = 32, MostSegments = 1, HasPool = true },
        new() { WindowBits = 28, LongestSegment = 65536, Boundary = 65536, Unit = 8, HasPool = true },
        new() { WindowStart = 1 << 30, WindowBits = 36, MostSegments = 4, MapsWindows = true, HasPool = true },
        new() { WindowBits = 36, ZeroCopyOnly = true, HasPool = true },
        new() { WindowBits = 32, MostSegments = 1, IsMovable = true },
        new() { IsTranslated = true, IsUntrusted = true, TakesTurns = true, HasPool = true },
        new() { WindowBits = 38, IsRaw = true, NeedsPages = true },
    ];

    /// <summary>A device without an IOMMU that takes no copies, as may come while others are told to stop.</summary>
    public static ClassFacts Probe { get; } = new() { WindowBits = 28, ZeroCopyOnly = true };

    /// <summary>The lowest address that it can put on the bus.</summary>
    public ulong WindowStart { get; init; }

    /// <summary>Bits of address that it can put on the bus.</summary>
    public int WindowBits { get; init; } = 64;

    /// <summary>Most segments of one mapping; 0 for any number.</summary>
    public int MostSegments { get; init; }

    /// <summary>Most bytes of a segment; 0 for any number.</summary>
    public long LongestSegment { get; init; }

    /// <summary>No segment crosses a multiple of it; 0 for none.</summary>
    public ulong Boundary { get; init; }

    /// <summary>A segment's length is a multiple of it.</summary>
    public int Unit { get; init; } = 1;

    /// <summary>Whether an IOMMU stands before it.</summary>
    public bool IsTranslated { get; init; }

    /// <summary>Whether it must be confined to the buffer's bytes.</summary>
    public bool IsUntrusted { get; init; }

    /// <summary>Whether its mapper has slots to copy into.</summary>
    public bool HasPool { get; init; }

    /// <summary>Whether it refuses copies.</summary>
    public bool ZeroCopyOnly { get; init; }

    /// <summary>Whether it maps window after window, so that its count of segments does not limit the buffer.</summary>
    public bool MapsWindows { get; init; }

    /// <summary>Whether it takes pfns as they are.</summary>
    public bool IsRaw { get; init; }

    /// <summary>Whether it needs a page behind every frame.</summary>
    public bool NeedsPages { get; init; }

    /// <summary>Whether its mappings may be moved once it is told.</summary>
    public bool IsMovable { get; init; }

    /// <summary>Whether it touches bytes only in turns.</summary>
    public bool TakesTurns { get; init; }

    /// <summary>Whether all frames must be one run for it.</summary>
    public bool WantsOneRun => MostSegments == 1 && !IsTranslated;

    /// <summary>What a class can do.</summary>
    public static ClassFacts Of(OrderClass kind) => All[(int)kind];
}
