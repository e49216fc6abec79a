using System;
using System.Globalization;

namespace PfnBuffers;

/// <summary>
/// What the CPU's side calls a byte of memory: pfn &lt;&lt; shift, plus the offset in the frame.
/// It is never given to a device: a device is told a <see cref="DmaAddress"/>.
/// </summary>
/// <param name="value">The address in bytes, any 64-bit value.</param>
public readonly struct PhysicalAddress(ulong value) : IEquatable<PhysicalAddress>, IComparable<PhysicalAddress>
{
    /// <summary>The address in bytes.</summary>
    public ulong Value { get; } = value;

    /// <summary>The frame that holds the byte.</summary>
    /// <param name="pageSize">The size of the frames counted.</param>
    public Pfn FrameOf(PageSize pageSize) => new(Value >> pageSize.Shift);

    /// <summary>The byte's offset in its frame, 0 to the page size - 1.</summary>
    /// <param name="pageSize">The size of the frames counted.</param>
    public long OffsetIn(PageSize pageSize) => (long)(Value & (ulong)(pageSize.Bytes - 1));

    /// <summary>The address <paramref name="bytes"/> further on; wraps at 2^64, so lengths are compared, never ends.</summary>
    public static PhysicalAddress operator +(PhysicalAddress address, long bytes) => new(address.Value + (ulong)bytes);

    /// <summary>The signed distance in bytes from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static long operator -(PhysicalAddress left, PhysicalAddress right) => (long)(left.Value - right.Value);

    /// <summary>Equal addresses.</summary>
    public static bool operator ==(PhysicalAddress left, PhysicalAddress right) => left.Value == right.Value;

    /// <summary>Different addresses.</summary>
    public static bool operator !=(PhysicalAddress left, PhysicalAddress right) => left.Value != right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator <(PhysicalAddress left, PhysicalAddress right) => left.Value < right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator >(PhysicalAddress left, PhysicalAddress right) => left.Value > right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator <=(PhysicalAddress left, PhysicalAddress right) => left.Value <= right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator >=(PhysicalAddress left, PhysicalAddress right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public bool Equals(PhysicalAddress other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PhysicalAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(PhysicalAddress other) => Value.CompareTo(other.Value);

    /// <summary>The address in hexadecimal, as <c>0x1000</c>.</summary>
    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
