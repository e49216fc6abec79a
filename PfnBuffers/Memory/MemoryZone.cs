using System;

namespace PfnBuffers;

/// <summary>A named range of RAM whose frames an allocator hands out, as Linux has DMA, DMA32 and Normal. The default value is empty.</summary>
public readonly struct MemoryZone : IEquatable<MemoryZone>
{
    private readonly string? _name;

    /// <summary>A range of RAM.</summary>
    /// <param name="name">What people call it; it need not be unique.</param>
    /// <param name="start">Its first byte, a multiple of 4096.</param>
    /// <param name="length">Its bytes, a multiple of 4096, 0 to 2^48, ending at 2^64 at the latest.</param>
    /// <exception cref="ArgumentNullException">No name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Start or length are no whole frames, or the length is out of range.</exception>
    public MemoryZone(string name, PhysicalAddress start, long length)
    {
        _name = Throw.IfNull(name, nameof(name));
        if ((start.Value & 4095) != 0) Throw.OutOfRange(nameof(start), start, "it must be a multiple of 4096");
        if (length is < 0 or > 1L << 48 || (length & 4095) != 0)
            Throw.OutOfRange(nameof(length), length, "it must be a multiple of 4096 in 0 to 2^48");
        if (length > 0 && (ulong)length - 1 > ulong.MaxValue - start.Value)
            Throw.OutOfRange(nameof(length), length, $"from {start} it runs past 2^64");
        Start = start;
        Length = length;
    }

    /// <summary>What people call it.</summary>
    public string Name => _name ?? "";

    /// <summary>The first byte.</summary>
    public PhysicalAddress Start { get; }

    /// <summary>Length in bytes.</summary>
    public long Length { get; }

    /// <summary>Same name and range.</summary>
    public static bool operator ==(MemoryZone left, MemoryZone right) => left.Equals(right);

    /// <summary>Another name or range.</summary>
    public static bool operator !=(MemoryZone left, MemoryZone right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(MemoryZone other) => Name == other.Name && Start == other.Start && Length == other.Length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MemoryZone other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Start.GetHashCode() ^ (Length.GetHashCode() * 397);

    /// <summary>The zone as <c>DMA32: 0x1000000 + 4278190080</c>.</summary>
    public override string ToString() => $"{Name}: {Start} + {Length}";
}
