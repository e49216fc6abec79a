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

    /// <summary>Index in the view of the frame that the refusal is about; -1 where it is about none.</summary>
    public int FailedFrame
    {
        get => _failedFrameAboveNone - 1;
        init => _failedFrameAboveNone = value + 1;
    }

    /// <summary>A refusal for one reason.</summary>
    internal static MapResult Refused(MapStatus status, int failedFrame = -1, int segmentsNeeded = 0)
        => new() { Status = status, FailedFrame = failedFrame, SegmentsNeeded = segmentsNeeded };

    /// <summary>The status and what belongs to it, in one line.</summary>
    public override string ToString() => Status switch
    {
        MapStatus.Mapped => $"{Length} bytes in {SegmentCount} segments, {BouncedBytes} bounced",
        MapStatus.SpanTooShort => $"the span is too short: {SegmentsNeeded} segments are needed",
        MapStatus.TooManySegments => $"{SegmentsNeeded} segments are needed, more than the device takes",
        MapStatus.UnreachableFrame or MapStatus.Unaligned => $"{Status} at frame {FailedFrame}",
        _ => Status.ToString(),
    };
}
