using System;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Unit C: the runtime's own copy of 8N bytes and its own clearing of them. It holds the limit to account:
/// a limit much slower than this would loosen every bar that names it.
/// </summary>
internal sealed class CopyUnit(Pfn[] frames) : IContestant
{
    private readonly Pfn[] _copy = new Pfn[frames.Length];

    /// <inheritdoc/>
    public string Name => "C";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            frames.AsSpan().CopyTo(_copy);
            sum += _copy[^1].Value;
            _copy.AsSpan().Clear();
        }

        return sum;
    }
}
