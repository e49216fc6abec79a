using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Bench;

/// <summary>
/// Keeps a thread on a processor, where the system is Linux (sched_setaffinity(2)); elsewhere threads stay where the system puts them.
/// Without it two threads that begin together share a processor for milliseconds, until the system looks at the balance.
/// </summary>
internal static class Processor
{
    /// <summary>Words of a mask: 1,024 processors, as the C library's own type has.</summary>
    private const int Words = 16;

    private static readonly int[] Allowed = Read();

    /// <summary>Keeps the calling thread on one processor for the rest of its life, where the system lets it.</summary>
    /// <param name="index">Which of those that the process may use; beyond the last it begins again.</param>
    internal static void Keep(int index)
    {
        if (Allowed.Length == 0) return;
        int processor = Allowed[index % Allowed.Length];
        ulong[] mask = new ulong[Words];
        mask[processor / 64] = 1ul << processor;
        _ = SetAffinity(0, Words * sizeof(ulong), mask);
    }

    private static int[] Read()
    {
        ulong[] mask = new ulong[Words];
        if (!OperatingSystem.IsLinux() || GetAffinity(0, Words * sizeof(ulong), mask) != 0) return [];
        int count = 0;
        foreach (ulong word in mask) count += BitOperations.PopCount(word);
        int[] allowed = new int[count];
        for (int processor = 0, at = 0; at < count; processor++)
        {
            if ((mask[processor / 64] >> processor & 1) != 0) allowed[at++] = processor;
        }

        return allowed;
    }

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    private static extern int GetAffinity(int thread, nint bytes, [In, Out] ulong[] mask);

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    private static extern int SetAffinity(int thread, nint bytes, [In] ulong[] mask);
}
