using System;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PfnBuffers;

/// <summary>
/// Finds where consecutive frames end. Everything here is one read of the array, four frames an instruction:
/// this loop is half of the limit that the performance bars are measured against.
/// </summary>
internal static class RunScanner
{
    private static Vector256<ulong> Iota => Vector256.Create(0ul, 1, 2, 3);

    /// <summary>Length of the run that starts at the first frame; 0 for no frames.</summary>
    internal static int RunLength(ReadOnlySpan<Pfn> frames)
    {
        if (frames.IsEmpty) return 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<Pfn, ulong>(frames);
        ref ulong first = ref MemoryMarshal.GetReference(words);
        ulong start = first;
        int i = 1;
        if (words.Length >= 8 && words[1] == start + 1)
        {
            Vector256<ulong> expected = Vector256.Create(start) + Iota;
            Vector256<ulong> step = Vector256.Create(4ul);
            for (i = 0; i <= words.Length - 4; i += 4)
            {
                uint equal = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), expected).ExtractMostSignificantBits();
                if (equal != 0xF) return i + BitOperations.TrailingZeroCount(~equal);
                expected += step;
            }
        }

        while (i < words.Length && words[i] == start + (ulong)i) i++;
        return i;
    }

    /// <summary>Number of runs, and the bitwise or of all frame numbers: enough to know that none exceeds a power of two.</summary>
    internal static (int Runs, ulong Bits) Scan(ReadOnlySpan<Pfn> frames)
    {
        if (frames.IsEmpty) return (0, 0);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<Pfn, ulong>(frames);
        ref ulong first = ref MemoryMarshal.GetReference(words);
        ulong bits = first;
        ulong joined = 0;
        int i = 1;
        if (words.Length > 8)
        {
            Vector256<ulong> one = Vector256.Create(1ul);
            Vector256<ulong> orA = Vector256<ulong>.Zero, orB = orA, joinA = orA, joinB = orA;
            for (; i <= words.Length - 8; i += 8)
            {
                Vector256<ulong> a = Vector256.LoadUnsafe(ref first, (nuint)i);
                Vector256<ulong> b = Vector256.LoadUnsafe(ref first, (nuint)(i + 4));
                joinA -= Vector256.Equals(a, Vector256.LoadUnsafe(ref first, (nuint)(i - 1)) + one);
                joinB -= Vector256.Equals(b, Vector256.LoadUnsafe(ref first, (nuint)(i + 3)) + one);
                orA |= a;
                orB |= b;
            }

            joined = Vector256.Sum(joinA + joinB);
            Vector256<ulong> or = orA | orB;
            bits |= or[0] | or[1] | or[2] | or[3];
        }

        for (; i < words.Length; i++)
        {
            if (words[i] == words[i - 1] + 1) joined++;
            bits |= words[i];
        }

        return (words.Length - (int)joined, bits);
    }
}
