namespace DmaMapping;

/// <summary>
/// What a mapping would cost, told before it is made: the same mapping, made next with nothing in between, costs this,
/// but for what design.md lists under Known limits (a lack of table memory, a fragmented pool that is nearly full).
/// </summary>
public readonly struct MapPlan
{
    private readonly int _failedFrameAboveNone;

    /// <summary><see cref="MapStatus.Mapped"/> where the mapping would be made, else why it would not.</summary>
    public MapStatus Status { get; init; }

    /// <summary>Whether the mapping would be made.</summary>
    public bool Succeeds => Status == MapStatus.Mapped;

    /// <summary>Segments that the mapping would have, or would need.</summary>
    public int SegmentCount { get; init; }

    /// <summary>Bytes that would be mapped.</summary>
    public long Length { get; init; }

    /// <summary>IOVA space that the mapping would take, rounding included; 0 without an IOMMU.</summary>
    public long IovaBytes { get; init; }

    /// <summary>Bytes that would be bounced.</summary>
    public long BouncedBytes { get; init; }

    /// <summary>IOTLB invalidations that unmapping would issue.</summary>
    public int Invalidations { get; init; }

    /// <summary>Parts that the mapping has; those that the caller's span holds were written to it.</summary>
    public int PartCount { get; init; }

    /// <summary>Index in the view of the frame that a refusal would be about; -1 where it is about none.</summary>
    public int FailedFrame
    {
        get => _failedFrameAboveNone - 1;
        init => _failedFrameAboveNone = value + 1;
    }

    /// <summary>The cost, or why there would be no mapping, in one line.</summary>
    public override string ToString()
        => Succeeds
            ? $"{Length} bytes, segments: {SegmentCount}, IOVA bytes: {IovaBytes}, bytes bounced: {BouncedBytes}, invalidations: {Invalidations}"
            : Status == MapStatus.NoBacking ? "NoBacking: the buffer has no frames yet; the first mapping or CPU access chooses them, and then there is something to plan on"
            : MapResult.Refused(Status, FailedFrame, SegmentCount).ToString();
}
