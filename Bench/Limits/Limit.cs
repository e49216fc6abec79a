using System;
using PfnBuffers;

namespace Bench;

/// <summary>
/// What no mapper can beat: detect the runs, write one entry a frame into a prepared table, clear the table.
/// Every bar on a whole life is a multiple of this, taken in the same process at the same time.
/// </summary>
internal sealed class Limit(Pfn[] frames) : IContestant
{
    private readonly ulong[] _entries = new ulong[frames.Length];

    /// <inheritdoc/>
    public string Name => "limit";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            sum += (ulong)RunDetector.CountBreaks(frames);
            EntryWriter.Write(frames, _entries);
            sum += _entries[^1];
            _entries.AsSpan().Clear();
        }

        return sum;
    }
}
