using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PfnBuffers;

namespace Bench;

/// <summary>
/// The other half of the limit: frames become page table entries, four an instruction, in a table that lies ready.
/// No tables are walked, no addresses chosen, nothing is invalidated.
/// </summary>
internal static class EntryWriter
{
    private const ulong ReadWrite = 3;

    /// <summary>Writes the entry of each frame: its address with the read and write bits.</summary>
    internal static void Write(ReadOnlySpan<Pfn> frames, Span<ulong> entries)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<Pfn, ulong>(frames);
        entries = entries[..words.Length];
        int i = 0;
        if (words.Length >= 8)
        {
            ref ulong from = ref MemoryMarshal.GetReference(words);
            ref ulong to = ref MemoryMarshal.GetReference(entries);
            Vector256<ulong> bits = Vector256.Create(ReadWrite);
            for (; i <= words.Length - 8; i += 8)
            {
                ((Vector256.LoadUnsafe(ref from, (nuint)i) << 12) | bits).StoreUnsafe(ref to, (nuint)i);
                ((Vector256.LoadUnsafe(ref from, (nuint)(i + 4)) << 12) | bits).StoreUnsafe(ref to, (nuint)(i + 4));
            }
        }

        for (; i < words.Length; i++) entries[i] = (words[i] << 12) | ReadWrite;
    }
}
