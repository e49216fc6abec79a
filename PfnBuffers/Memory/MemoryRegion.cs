using System;

namespace PfnBuffers;

/// <summary>A range of physical addresses of one kind. The default value is the empty range, absent.</summary>
public readonly struct MemoryRegion : IEquatable<MemoryRegion>
{
    /// <summary>A range of one kind.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its bytes, 0 or more, ending at 2^64 at the latest.</param>
    /// <param name="kind">What stands behind it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or runs past 2^64, or there is no such kind.</exception>
    public MemoryRegion(PhysicalAddress start, long length, MemoryKind kind)
    {
        if (length < 0) Throw.OutOfRange(nameof(length), length, "it must be 0 or more");
        if (length > 0 && (ulong)length - 1 > ulong.MaxValue - start.Value)
            Throw.OutOfRange(nameof(length), length, $"from {start} it runs past 2^64");
        if (kind is < MemoryKind.Absent or > MemoryKind.Protected) Throw.OutOfRange(nameof(kind), kind, "it must be Absent, PageBacked, Mmio or Protected");
        Start = start;
        Length = length;
        Kind = kind;
    }

    /// <summary>The first byte.</summary>
    public PhysicalAddress Start { get; }

    /// <summary>Length in bytes.</summary>
    public long Length { get; }

    /// <summary>What stands behind it.</summary>
    public MemoryKind Kind { get; }

    /// <summary>Whether the byte lies in the region.</summary>
    public bool Contains(PhysicalAddress address) => address >= Start && address.Value - Start.Value < (ulong)Length;

    /// <summary>Same range and kind.</summary>
    public static bool operator ==(MemoryRegion left, MemoryRegion right) => left.Equals(right);

    /// <summary>Another range or kind.</summary>
    public static bool operator !=(MemoryRegion left, MemoryRegion right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(MemoryRegion other) => Start == other.Start && Length == other.Length && Kind == other.Kind;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MemoryRegion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Start.GetHashCode() ^ (Length.GetHashCode() * 397) ^ (int)Kind;

    /// <summary>The region as <c>0x100000 + 4096 PageBacked</c>.</summary>
    public override string ToString() => $"{Start} + {Length} {Kind}";
}
