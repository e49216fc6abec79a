namespace DmaMapping;

/// <summary>What mapping gave. The default value says that nothing is mapped.</summary>
public readonly struct MapResult
{
    private readonly int _failedFrameAboveNone;

    /// <summary>Whether the bytes are mapped, and why not.</summary>
    public MapStatus Status { get; init; }

    /// <summary>Whether the bytes are mapped.</summary>
    public bool IsMapped => Status == MapStatus.Mapped;

    /// <summary>Names the mapping; to be unmapped exactly once. No mapping unless <see cref="IsMapped"/>.</summary>
    public MappingToken Token { get; init; }

    /// <summary>Segments written to the caller's span.</summary>
    public int SegmentCount { get; init; }

    /// <summary>Bytes mapped: the view's, or with <see cref="MapOptions.Prefix"/> those of the prefix.</summary>
    public long Length { get; init; }

    /// <summary>Bytes that go through bounce memory.</summary>
    public long BouncedBytes { get; init; }

    /// <summary>Whether the CPU must sync around its own access while the mapping lives: some bytes are bounced.</summary>
    public bool NeedsSync => BouncedBytes != 0;

    /// <summary>
    /// Segments that the whole view needs, after <see cref="MapStatus.SpanTooShort"/> and <see cref="MapStatus.TooManySegments"/>;
    /// with <see cref="MapOptions.Prefix"/> 1, or where a device must be kept out of the rest of a granule those of one granule.
    /// </summary>
    public int SegmentsNeeded { get; init; }

    /// <summary>After <see cref="MapStatus.NoBounceSpace"/>, what the pool had and who holds most of it; null where it was for no pool to say.</summary>
    public BounceShortage? Shortage { get; init; }

    /// <summary>Index in the view of the frame that the refusal is about; -1 where it is about none.</summary>
    public int FailedFrame
    {
        get => _failedFrameAboveNone - 1;
        init => _failedFrameAboveNone = value + 1;
    }

    /// <summary>A refusal for one reason.</summary>
    internal static MapResult Refused(MapStatus status, int failedFrame = -1, int segmentsNeeded = 0, BounceShortage? shortage = null)
        => new() { Status = status, FailedFrame = failedFrame, SegmentsNeeded = segmentsNeeded, Shortage = shortage };

    /// <summary>The status, what belongs to it, and what would help, in one line.</summary>
    public override string ToString() => Status switch
    {
        MapStatus.Mapped => $"{Length} bytes mapped, segments: {SegmentCount}, bytes bounced: {BouncedBytes}",
        MapStatus.SpanTooShort => $"SpanTooShort: {SegmentsNeeded} segments are needed; give a span as long as that",
        MapStatus.TooManySegments => $"TooManySegments: {SegmentsNeeded} are needed, more than the device takes; map in windows (MapOptions.Prefix), or through a BounceMapper",
        MapStatus.FrameTooSmall => "FrameTooSmall: frames, or the 4 KiB slots of a bounce pool, are smaller than the granule of the device's IOMMU (IommuDomain.Granule); use frames of that size or more, and map whole granules for an untrusted device",
        MapStatus.UnreachableFrame => $"UnreachableFrame: frame {FailedFrame} of the view is out of the device's reach, and not bounced; use frames within reach, or a BounceMapper over page-backed memory",
        MapStatus.Unaligned => $"Unaligned: at frame {FailedFrame} of the view a segment would break the device's alignment or granularity, or a device that is not trusted (nor is one in a group with such) would see the rest of a frame; align the view, or use a BounceMapper that bounces partial frames",
        MapStatus.NoIovaSpace => "NoIovaSpace: no free range of IOVAs is large enough, or somebody waits for one; unmap something, wait too (IReservingMapper.ReserveAsync), or give the domain a larger aperture",
        MapStatus.NoBounceSpace => $"NoBounceSpace: the bounce pool has no room that the bytes fit in{(Shortage is null ? string.Empty : $" ({Shortage})")}; unmap something, wait (BounceMapper.ReserveAsync), map in windows (MapOptions.Prefix), or let the pool grow (BouncePoolOptions)",
        MapStatus.NoTableMemory => "NoTableMemory: no frame is free for a page table; unmap something, or give the domain more frames",
        MapStatus.WouldDiverge => "WouldDiverge: a live mapping holds some of the bytes, and a copy would diverge from them; unmap it first",
        MapStatus.NoBacking => "NoBacking: the exporter has no frames free that would serve everyone attached; free some, or attach with mappers that can bounce",
        MapStatus.Refused => "Refused: on the frames that back the buffer the device cannot be served; its attachment's decision says why",
        MapStatus.Moving => "Moving: the device was told to stop for a move of the bytes; map again when it is told that the move is over",
        MapStatus.Revoked => "Revoked: the buffer's exporter or the device is gone; unmap what is left, and detach",
        _ => "NotMapped: nothing was tried",
    };
}
