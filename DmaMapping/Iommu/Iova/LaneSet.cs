using System;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// The lanes of one domain, made as they are needed: one for each core that maps, and another wherever all that there are
/// are held. Thread-safe.
/// </summary>
internal sealed class LaneSet(int zones, LazyFlush? flush)
{
    internal const int IndexBits = 6;
    private const int Most = 1 << IndexBits;

#if !NETSTANDARD
    [ThreadStatic]
    private static uint _uses;

    [ThreadStatic]
    private static int _core;
#endif

    private readonly Lane?[] _lanes = new Lane?[Most];

    /// <summary>A lane by its index; null where there is none.</summary>
    internal Lane? this[int index] => Volatile.Read(ref _lanes[index]);

    internal static int Count => Most;

    /// <summary>Takes a lane that nobody holds, the calling core's first.</summary>
    internal Lane Enter()
    {
        int core = Core();
        Lane? own = _lanes[core] ?? Make(core);
        return own.Gate.TryEnter() ? own : EnterAnother(core);
    }

    private Lane EnterAnother(int core)
    {
        var spin = default(SpinWait);
        while (true)
        {
            int missing = -1;
            for (int i = 0; i < Most; i++)
            {
                int at = (core + i) & (Most - 1);
                if (this[at] is not { } lane) missing = at;
                else if (lane.Gate.TryEnter()) return lane;
            }

            if (missing >= 0 && Make(missing) is { } made && made.Gate.TryEnter()) return made;
            spin.SpinOnce();
        }
    }

    private Lane Make(int index)
    {
        var made = new Lane(index, zones, flush);
        return Interlocked.CompareExchange(ref _lanes[index], made, null) ?? made;
    }

    /// <summary>The calling thread's core, asked for anew now and then: a thread that has moved meets nobody for long.</summary>
    private static int Core()
    {
#if NETSTANDARD
        return Environment.CurrentManagedThreadId & (Most - 1);
#else
        if ((_uses++ & 1023) == 0) _core = Thread.GetCurrentProcessorId() & (Most - 1);
        return _core;
#endif
    }
}
