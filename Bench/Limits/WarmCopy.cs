using System;

namespace Bench;

/// <summary>What a bounce cannot beat: the same bytes copied into one destination that stays warm, and, where a device writes them, copied back.</summary>
internal sealed class WarmCopy(BounceMachine machine, int frames, bool goesHome) : IContestant
{
    private readonly byte[] _copy = new byte[frames << 12];

    /// <inheritdoc/>
    public string Name => goesHome ? "two warm copies" : "warm copy";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        Span<byte> home = machine.Bytes(frames);
        for (int i = 0; i < times; i++)
        {
            home.CopyTo(_copy);
            sum += _copy[^1];
            if (goesHome) _copy.CopyTo(home);
        }

        return sum;
    }
}
