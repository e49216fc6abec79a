using FsCheck;
using FsCheck.Fluent;

namespace Conformance;

/// <summary>
/// 64-bit words over the whole range. FsCheck's own are small numbers, and what breaks in address arithmetic breaks at
/// 4 GiB, at powers of two and at the very top.
/// </summary>
public static class Words
{
    /// <summary>Every 64-bit value is equally likely.</summary>
    public static Gen<ulong> Uniform { get; } =
        from high in Gen.Choose(0, (1 << 22) - 1)
        from middle in Gen.Choose(0, (1 << 21) - 1)
        from low in Gen.Choose(0, (1 << 21) - 1)
        select ((ulong)high << 42) | ((ulong)middle << 21) | (uint)low;

    /// <summary>2^k, 2^k - 1 and 2^k + 1 for every k.</summary>
    public static Gen<ulong> NearPowerOfTwo { get; } =
        from bit in Gen.Choose(0, 63)
        from step in Gen.Choose(0, 2)
        select (1ul << bit) + (ulong)step - 1;

    /// <summary>The ends of the ranges that devices and address spaces have.</summary>
    public static Gen<ulong> Edge { get; } = Gen.Elements(
        0ul, 1ul, 4095ul, 4096ul, 0xFFFF_FFFFul, 0x1_0000_0000ul, 0x1_0000_0001ul, 1ul << 52, 1ul << 63,
        ulong.MaxValue - 4096, ulong.MaxValue - 4095, ulong.MaxValue - 1, ulong.MaxValue);

    /// <summary>As many leading zero bits as one likes, then uniform.</summary>
    public static Gen<ulong> OfAnyMagnitude { get; } =
        from word in Uniform
        from shift in Gen.Choose(0, 63)
        select word >> shift;

    /// <summary>A mix of all of these.</summary>
    public static Gen<ulong> Any { get; } = Gen.Frequency((2, Edge), (3, NearPowerOfTwo), (3, Uniform), (3, OfAnyMagnitude));

    /// <summary>0 to 2^63 - 1, of any magnitude.</summary>
    public static Gen<long> Length { get; } = from word in Any select (long)(word & long.MaxValue);

    /// <summary>A power of two, 1 to 2^63; mostly below 2^14, as the alignments of devices are.</summary>
    public static Gen<ulong> PowerOfTwo { get; } =
        Gen.Frequency((3, Gen.Choose(0, 13)), (1, Gen.Choose(0, 63))).Select(bit => 1ul << bit);

    /// <summary>2^k - 1, 1 to 2^64 - 1.</summary>
    public static Gen<ulong> LowMask { get; } =
        Gen.Frequency((1, Gen.Choose(1, 16)), (1, Gen.Choose(1, 64))).Select(bits => ulong.MaxValue >> (64 - bits));
}
