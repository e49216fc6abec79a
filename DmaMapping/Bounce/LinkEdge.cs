namespace DmaMapping;

/// <summary>One end of a link that stands in a slot of its own.</summary>
/// <param name="linkOffset">Offset in the reservation where the link begins.</param>
/// <param name="linkLength">Bytes of the link.</param>
/// <param name="slot">The slot, at which its piece stands.</param>
/// <param name="deviceWrites">Whether the device may write it.</param>
internal readonly struct LinkEdge(long linkOffset, long linkLength, int slot, bool deviceWrites)
{
    internal long LinkOffset { get; } = linkOffset;

    internal long LinkLength { get; } = linkLength;

    internal int Slot { get; } = slot;

    internal bool DeviceWrites { get; } = deviceWrites;

    /// <summary>Whether its link is being taken out.</summary>
    internal bool IsEnding { get; init; }

    /// <summary>Whether the link shares bytes with a range of the reservation.</summary>
    internal bool Meets(long offset, long length) => LinkOffset < offset + length && offset < LinkOffset + LinkLength;

    /// <summary>Whether the link lies whole in a range of the reservation.</summary>
    internal bool IsWithin(long offset, long length) => LinkOffset >= offset && LinkOffset + LinkLength <= offset + length;
}
