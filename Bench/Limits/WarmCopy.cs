using System;

namespace Bench;

/// <summary>What a bounce cannot beat: the same bytes copied into one destination that stays warm, and, where a device writes them, copied back.</summary>
internal sealed class WarmCopy(BounceMachine machine, int frames, bool goesHome) : IContestant
{
    /// <inheritdoc/>
    public string Name => goesHome ? "two warm copies" : "warm copy";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        Span<byte> home = machine.Bytes(frames), copy = machine.Aside(frames);
        for (int i = 0; i < times; i++)
        {
            home.CopyTo(copy);
            sum += copy[^1];
            if (goesHome) copy.CopyTo(home);
        }

        return sum;
    }
}
