/// <summary>Bit arithmetic for netstandard2.0, whose framework has none.</summary>
internal static class Bits
{
    /// <summary>A de Bruijn sequence: each of its 64 windows of six bits is another number, so that a window tells by how much it was shifted.</summary>
    private const ulong DeBruijn = 0x022F_DD63_CC95_386D;

    private static readonly byte[] ShiftOfWindow = Windows();

    internal static bool IsPowerOfTwo(ulong value) => value != 0 && (value & (value - 1)) == 0;

    /// <summary>Floor of the base-2 logarithm; 0 for 0.</summary>
    internal static int Log2(ulong value)
    {
        value |= value >> 1;
        value |= value >> 2;
        value |= value >> 4;
        value |= value >> 8;
        value |= value >> 16;
        value |= value >> 32;
        return ShiftOfWindow[unchecked((value ^ (value >> 1)) * DeBruijn) >> 58];
    }

    /// <summary>Number of zero bits below the lowest set bit; 64 for 0.</summary>
    internal static int TrailingZeros(ulong value) => value == 0 ? 64 : ShiftOfWindow[unchecked((value & (~value + 1)) * DeBruijn) >> 58];

    /// <summary>Least k with 2^k at least <paramref name="value"/>; 0 for 0 and 1.</summary>
    internal static int CeilLog2(ulong value) => value <= 1 ? 0 : Log2(value - 1) + 1;

    /// <summary>Number of bits that are set.</summary>
    internal static int Ones(ulong value)
    {
        value -= (value >> 1) & 0x5555_5555_5555_5555;
        value = (value & 0x3333_3333_3333_3333) + ((value >> 2) & 0x3333_3333_3333_3333);
        value = (value + (value >> 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        return (int)(unchecked(value * 0x0101_0101_0101_0101) >> 56);
    }

    private static byte[] Windows()
    {
        byte[] windows = new byte[64];
        for (byte shift = 0; shift < 64; shift++) windows[(DeBruijn << shift) >> 58] = shift;
        return windows;
    }
}
