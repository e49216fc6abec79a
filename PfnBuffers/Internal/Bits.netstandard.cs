/// <summary>Bit arithmetic for netstandard2.0, whose framework has none.</summary>
internal static class Bits
{
    internal static bool IsPowerOfTwo(ulong value) => value != 0 && (value & (value - 1)) == 0;

    /// <summary>Floor of the base-2 logarithm; 0 for 0.</summary>
    internal static int Log2(ulong value)
    {
        int log = 0;
        for (int step = 32; step > 0; step >>= 1)
        {
            if (value >> step == 0) continue;
            value >>= step;
            log += step;
        }

        return log;
    }

    /// <summary>Number of zero bits below the lowest set bit; 64 for 0.</summary>
    internal static int TrailingZeros(ulong value) => value == 0 ? 64 : Log2(value & (~value + 1));

    /// <summary>Least k with 2^k at least <paramref name="value"/>; 0 for 0 and 1.</summary>
    internal static int CeilLog2(ulong value) => value <= 1 ? 0 : Log2(value - 1) + 1;

    /// <summary>Number of bits that are set.</summary>
    internal static int Ones(ulong value)
    {
        int ones = 0;
        for (; value != 0; value &= value - 1) ones++;
        return ones;
    }
}
