using System;

namespace PfnBuffers;

/// <summary>
/// The addresses that a device can put on the bus: inclusive on both ends, so that the whole 64-bit space has a window.
/// The default value is that whole space.
/// </summary>
public readonly struct DmaWindow : IEquatable<DmaWindow>
{
    private readonly ulong _first;
    private readonly ulong _aboveLast;

    /// <summary>All addresses from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    /// <param name="first">The lowest address.</param>
    /// <param name="last">The highest address, not below <paramref name="first"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The last address is below the first.</exception>
    public DmaWindow(DmaAddress first, DmaAddress last)
    {
        if (last < first) Throw.OutOfRange(nameof(last), last, $"it must not be below the first address {first}");
        _first = first.Value;
        _aboveLast = ~last.Value;
    }

    /// <summary>The lowest address.</summary>
    public DmaAddress First => new(_first);

    /// <summary>The highest address.</summary>
    public DmaAddress Last => new(~_aboveLast);

    /// <summary>The addresses below 2^<paramref name="bits"/>: what a device with so many address lines reaches.</summary>
    /// <param name="bits">1 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number of bits.</exception>
    public static DmaWindow OfBits(int bits)
    {
        if (bits is < 1 or > 64) Throw.OutOfRange(nameof(bits), bits, "it must lie in 1 to 64");
        return new DmaWindow(default, new DmaAddress(ulong.MaxValue >> (64 - bits)));
    }

    /// <summary>Whether every byte of a range lies in the window; true for an empty range.</summary>
    /// <param name="address">Where the range starts.</param>
    /// <param name="length">Its bytes, 0 or more.</param>
    public bool Contains(DmaAddress address, long length)
        => length == 0 || (address >= First && address <= Last && (ulong)length - 1 <= Last.Value - address.Value);

    /// <summary>Same ends.</summary>
    public static bool operator ==(DmaWindow left, DmaWindow right) => left.Equals(right);

    /// <summary>Other ends.</summary>
    public static bool operator !=(DmaWindow left, DmaWindow right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(DmaWindow other) => _first == other._first && _aboveLast == other._aboveLast;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DmaWindow other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _first.GetHashCode() ^ (_aboveLast.GetHashCode() * 397);

    /// <summary>The window as <c>0x0-0xffffffff</c>.</summary>
    public override string ToString() => $"{First}-{Last}";
}
