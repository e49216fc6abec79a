using System;

namespace PfnBuffers;

/// <summary>One contiguous piece of memory as a device sees it: what goes into a descriptor of its DMA engine.</summary>
/// <param name="address">Where the piece starts, in the device's address space.</param>
/// <param name="length">Its bytes, 0 or more.</param>
public readonly struct DmaSegment(DmaAddress address, long length) : IEquatable<DmaSegment>
{
    /// <summary>Where the piece starts, in the device's address space.</summary>
    public DmaAddress Address { get; } = address;

    /// <summary>Its bytes.</summary>
    public long Length { get; } = length;

    /// <summary>Same address and length.</summary>
    public static bool operator ==(DmaSegment left, DmaSegment right) => left.Equals(right);

    /// <summary>Another address or length.</summary>
    public static bool operator !=(DmaSegment left, DmaSegment right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(DmaSegment other) => Address == other.Address && Length == other.Length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DmaSegment other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode() ^ (Length.GetHashCode() * 397);

    /// <summary>The segment as <c>0x1000 + 4096</c>.</summary>
    public override string ToString() => $"{Address} + {Length}";
}
