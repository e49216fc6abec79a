using System;
using System.Globalization;

namespace PfnBuffers;

/// <summary>
/// What a device is told: an IOVA where an IOMMU translates it, a bus address where none does.
/// It is never used by the CPU: the CPU's side calls a byte by its <see cref="PhysicalAddress"/>.
/// </summary>
/// <param name="value">The address in bytes, any 64-bit value.</param>
public readonly struct DmaAddress(ulong value) : IEquatable<DmaAddress>, IComparable<DmaAddress>
{
    /// <summary>The address in bytes.</summary>
    public ulong Value { get; } = value;

    /// <summary>The address <paramref name="bytes"/> further on; wraps at 2^64, so lengths are compared, never ends.</summary>
    public static DmaAddress operator +(DmaAddress address, long bytes) => new(address.Value + (ulong)bytes);

    /// <summary>The signed distance in bytes from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static long operator -(DmaAddress left, DmaAddress right) => (long)(left.Value - right.Value);

    /// <summary>Equal addresses.</summary>
    public static bool operator ==(DmaAddress left, DmaAddress right) => left.Value == right.Value;

    /// <summary>Different addresses.</summary>
    public static bool operator !=(DmaAddress left, DmaAddress right) => left.Value != right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator <(DmaAddress left, DmaAddress right) => left.Value < right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator >(DmaAddress left, DmaAddress right) => left.Value > right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator <=(DmaAddress left, DmaAddress right) => left.Value <= right.Value;

    /// <summary>Order by address.</summary>
    public static bool operator >=(DmaAddress left, DmaAddress right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public bool Equals(DmaAddress other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DmaAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(DmaAddress other) => Value.CompareTo(other.Value);

    /// <summary>The address in hexadecimal, as <c>0x1000</c>.</summary>
    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
