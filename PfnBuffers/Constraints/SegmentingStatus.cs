namespace PfnBuffers;

/// <summary>How cutting memory into segments came out.</summary>
public enum SegmentingStatus
{
    /// <summary>Every byte is covered and every constraint holds.</summary>
    Fits,

    /// <summary>More segments are needed than the device takes in one mapping.</summary>
    TooManySegments,

    /// <summary>More segments are needed than the caller's span holds.</summary>
    SpanTooShort,

    /// <summary>A byte lies outside the addresses that the device can reach.</summary>
    OutsideWindow,

    /// <summary>A segment would start off the device's alignment, move an address bit that it wants kept, or be no multiple of its granularity.</summary>
    Unaligned,
}
