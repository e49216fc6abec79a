using System;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Half of the limit: one vectorised read of the frames that counts where one is not the successor of the one before.
/// Nobody who maps frames in runs can look at them with less work.
/// </summary>
internal static class RunDetector
{
    /// <summary>Number of places where a run ends and another begins.</summary>
    internal static int CountBreaks(ReadOnlySpan<Pfn> frames)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<Pfn, ulong>(frames);
        int breaks = 0;
        int i = 1;
        if (words.Length > 8)
        {
            ref ulong first = ref MemoryMarshal.GetReference(words);
            Vector256<ulong> one = Vector256.Create(1ul);
            Vector256<ulong> joinsA = Vector256<ulong>.Zero, joinsB = joinsA;
            for (; i <= words.Length - 8; i += 8)
            {
                Vector256<ulong> a = Vector256.LoadUnsafe(ref first, (nuint)i);
                Vector256<ulong> b = Vector256.LoadUnsafe(ref first, (nuint)(i + 4));
                joinsA -= Vector256.Equals(a, Vector256.LoadUnsafe(ref first, (nuint)(i - 1)) + one);
                joinsB -= Vector256.Equals(b, Vector256.LoadUnsafe(ref first, (nuint)(i + 3)) + one);
            }

            breaks = i - 1 - (int)Vector256.Sum(joinsA + joinsB);
        }

        for (; i < words.Length; i++)
            breaks += words[i] == words[i - 1] + 1 ? 0 : 1;
        return breaks;
    }
}
