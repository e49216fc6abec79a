using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Writes page table entries, four an instruction. The other half of the limit that the performance bars are measured
/// against: an entry is a frame's address in place with the format's bits beside it, whatever the format.
/// </summary>
internal static class PageEntries
{
    /// <summary>Entries for frames of 4 KiB in any order; one entry a frame.</summary>
    internal static void Fill(Span<ulong> entries, ReadOnlySpan<Pfn> frames, ulong bits)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<Pfn, ulong>(frames);
        ref ulong from = ref MemoryMarshal.GetReference(words);
        ref ulong to = ref MemoryMarshal.GetReference(entries.Slice(0, words.Length));
        Vector256<ulong> beside = Vector256.Create(bits);
        int i = 0;
        for (; i <= words.Length - 8; i += 8)
        {
            Vector256<ulong> a = Vector256.LoadUnsafe(ref from, (nuint)i) << 12;
            Vector256<ulong> b = Vector256.LoadUnsafe(ref from, (nuint)(i + 4)) << 12;
            (a | beside).StoreUnsafe(ref to, (nuint)i);
            (b | beside).StoreUnsafe(ref to, (nuint)(i + 4));
        }

        for (; i < words.Length; i++) entries[i] = (words[i] << 12) | bits;
    }

    /// <summary>Entries for consecutive pages: <paramref name="first"/>, then <paramref name="step"/> more each time.</summary>
    internal static void FillRun(Span<ulong> entries, ulong first, ulong step)
    {
        int i = 0;
        if (entries.Length >= 8)
        {
            ref ulong to = ref MemoryMarshal.GetReference(entries);
            Vector256<ulong> entry = Vector256.Create(first) + (Vector256.Create(0ul, 1, 2, 3) * step);
            Vector256<ulong> four = Vector256.Create(4 * step);
            for (; i <= entries.Length - 4; i += 4)
            {
                entry.StoreUnsafe(ref to, (nuint)i);
                entry += four;
            }
        }

        for (; i < entries.Length; i++) entries[i] = first + ((ulong)i * step);
    }
}
