using System;
using System.Globalization;

namespace PfnBuffers;

/// <summary>
/// A page frame number: the physical address of a frame divided by the frame's size.
/// Its unit is the <see cref="PageSize"/> of the array it stands in; alone it says nothing of bytes.
/// An array of them is laid out as plain 64-bit words, which is what a page table entry wants.
/// </summary>
/// <param name="value">The frame number, any 64-bit value; it is checked against a page size where it becomes an address.</param>
public readonly struct Pfn(ulong value) : IEquatable<Pfn>, IComparable<Pfn>
{
    /// <summary>The frame number.</summary>
    public ulong Value { get; } = value;

    /// <summary>The largest frame number whose last byte still has a 64-bit address.</summary>
    /// <param name="pageSize">The size of the frames counted.</param>
    public static Pfn Max(PageSize pageSize) => new(ulong.MaxValue >> pageSize.Shift);

    /// <summary>The physical address of the frame's first byte.</summary>
    /// <param name="pageSize">The size of the frames counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame lies beyond 2^64 bytes at this page size.</exception>
    public PhysicalAddress ToAddress(PageSize pageSize)
    {
        if (Value > ulong.MaxValue >> pageSize.Shift)
            Throw.OutOfRange("pfn", this, $"with {pageSize} pages it must be at most 0x{ulong.MaxValue >> pageSize.Shift:x}");
        return new PhysicalAddress(Value << pageSize.Shift);
    }

    /// <summary>The frame <paramref name="frames"/> after this one; wraps at 2^64.</summary>
    public static Pfn operator +(Pfn pfn, long frames) => new(pfn.Value + (ulong)frames);

    /// <summary>The signed distance in frames from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static long operator -(Pfn left, Pfn right) => (long)(left.Value - right.Value);

    /// <summary>Equal frame numbers.</summary>
    public static bool operator ==(Pfn left, Pfn right) => left.Value == right.Value;

    /// <summary>Different frame numbers.</summary>
    public static bool operator !=(Pfn left, Pfn right) => left.Value != right.Value;

    /// <summary>Order by frame number.</summary>
    public static bool operator <(Pfn left, Pfn right) => left.Value < right.Value;

    /// <summary>Order by frame number.</summary>
    public static bool operator >(Pfn left, Pfn right) => left.Value > right.Value;

    /// <summary>Order by frame number.</summary>
    public static bool operator <=(Pfn left, Pfn right) => left.Value <= right.Value;

    /// <summary>Order by frame number.</summary>
    public static bool operator >=(Pfn left, Pfn right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public bool Equals(Pfn other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Pfn other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(Pfn other) => Value.CompareTo(other.Value);

    /// <summary>The frame number in hexadecimal, as <c>pfn 0x1f4</c>.</summary>
    public override string ToString() => "pfn 0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
