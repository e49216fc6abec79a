using System.Numerics;

/// <summary>Bit arithmetic that netstandard2.0 lacks; there <c>Bits.netstandard.cs</c> stands in.</summary>
internal static class Bits
{
    internal static bool IsPowerOfTwo(ulong value) => BitOperations.IsPow2(value);

    /// <summary>Floor of the base-2 logarithm; 0 for 0.</summary>
    internal static int Log2(ulong value) => BitOperations.Log2(value);

    /// <summary>Number of zero bits below the lowest set bit; 64 for 0.</summary>
    internal static int TrailingZeros(ulong value) => BitOperations.TrailingZeroCount(value);

    /// <summary>Least k with 2^k at least <paramref name="value"/>; 0 for 0 and 1.</summary>
    internal static int CeilLog2(ulong value) => value <= 1 ? 0 : BitOperations.Log2(value - 1) + 1;

    /// <summary>Number of bits that are set.</summary>
    internal static int Ones(ulong value) => BitOperations.PopCount(value);
}
