namespace Conformance;

/// <summary>The machine that a trace is played in.</summary>
public sealed record TraceSetting
{
    /// <summary>Bus address less physical address, where there is no IOMMU and the devices reach the pool even so.</summary>
    public long BusOffset { get; init; }

    /// <summary>Slots of the bounce pool.</summary>
    public int Slots { get; init; } = 64;

    /// <summary>Frames for page tables.</summary>
    public int Tables { get; init; } = TraceMemory.MostTables;

    /// <summary>Longest run of frames that the allocator has left; 0 where it has them all.</summary>
    public int LongestRun { get; init; }

    /// <summary>Bytes of the shared buffer.</summary>
    public int SharedBytes { get; init; } = 70_000;

    /// <summary>Mappings whose IOVAs a lazy domain lets wait.</summary>
    public int Pending { get; init; } = 6;

    /// <summary>Whether no span of memory leaves its 4 KiB frame.</summary>
    public bool FrameByFrame { get; init; }
}
