using System;
using PfnBuffers;

namespace Bench;

/// <summary>The baseline mapping a table that stays built, again and again: where a scatterlist is strongest.</summary>
internal sealed class LinuxRemap : IContestant
{
    private readonly LinuxWholeLife _life;

    internal LinuxRemap(MemoryMap memory, ReadOnlySpan<Pfn> frames, IIotlbInvalidation iotlb)
    {
        _life = new LinuxWholeLife(memory, frames, iotlb);
        _life.Build();
    }

    /// <inheritdoc/>
    public string Name => "Linux-shaped, prebuilt";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            sum += (ulong)_life.Map().Length;
            _life.Unmap();
        }

        return sum;
    }
}
