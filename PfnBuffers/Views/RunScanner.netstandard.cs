using System;

namespace PfnBuffers;

/// <summary>Finds where consecutive frames end; the plain form, for netstandard2.0.</summary>
internal static class RunScanner
{
    /// <summary>Length of the run that starts at the first frame; 0 for no frames.</summary>
    internal static int RunLength(ReadOnlySpan<Pfn> frames)
    {
        if (frames.IsEmpty) return 0;
        ulong start = frames[0].Value;
        int i = 1;
        while (i < frames.Length && frames[i].Value == start + (ulong)i) i++;
        return i;
    }

    /// <summary>Number of runs, and the bitwise or of all frame numbers.</summary>
    internal static (int Runs, ulong Bits) Scan(ReadOnlySpan<Pfn> frames)
    {
        if (frames.IsEmpty) return (0, 0);
        ulong previous = frames[0].Value;
        ulong bits = previous;
        int runs = 1;
        for (int i = 1; i < frames.Length; i++)
        {
            ulong frame = frames[i].Value;
            if (frame != previous + 1) runs++;
            bits |= frame;
            previous = frame;
        }

        return (runs, bits);
    }
}
