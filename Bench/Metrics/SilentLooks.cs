using System.Runtime.CompilerServices;
using DmaMapping;

namespace Bench;

/// <summary>
/// What a strict map and unmap asks of the metrics while nobody listens, and nothing else: three looks. They are those of the library, compiled in from the
/// source with a meter of their own. Nothing is left out of the loop: what they look at can change at any time.
/// </summary>
internal sealed class SilentLooks : IContestant
{
    private const string Device = "bench";

    /// <inheritdoc/>
    public string Name => "the looks of one alone, nobody listens";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++) sum += Once(i);
        return sum;
    }

    /// <summary>Called, so that the looks are made each time: the reads would be hoisted out of a loop of nothing else.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Once(int bytes)
    {
        MappingMetrics.Mapped(Device, bytes);
        MappingMetrics.Invalidated(Device, isWhole: false);
        MappingMetrics.Unmapped(Device, bytes);
        return (ulong)bytes;
    }
}
