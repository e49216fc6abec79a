using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Writes page table entries; the plain form, for netstandard2.0.</summary>
internal static class PageEntries
{
    /// <summary>Entries for frames of 4 KiB in any order; one entry a frame.</summary>
    internal static void Fill(Span<ulong> entries, ReadOnlySpan<Pfn> frames, ulong bits)
    {
        for (int i = 0; i < frames.Length; i++) entries[i] = (frames[i].Value << 12) | bits;
    }

    /// <summary>Entries for consecutive pages: <paramref name="first"/>, then <paramref name="step"/> more each time.</summary>
    internal static void FillRun(Span<ulong> entries, ulong first, ulong step)
    {
        for (int i = 0; i < entries.Length; i++) entries[i] = first + ((ulong)i * step);
    }
}
