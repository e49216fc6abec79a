using System;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// The lanes of one domain, made as they are needed: one for each core on which threads began to map, and another wherever all that
/// there are are held. Thread-safe.
/// </summary>
internal sealed class LaneSet(int zones, LazyFlush? flush)
{
    internal const int IndexBits = 6;
    private const int Most = 1 << IndexBits;

    /// <summary>The calling thread's lane, and 1; 0 where it has none yet.</summary>
    [ThreadStatic]
    private static int _own;

    private readonly Lane?[] _lanes = new Lane?[Most];

    /// <summary>A lane by its index; null where there is none.</summary>
    internal Lane? this[int index] => Volatile.Read(ref _lanes[index]);

    internal static int Count => Most;

    /// <summary>Takes a lane that nobody holds, the calling thread's first.</summary>
    internal Lane Enter()
    {
        int index = Own();
        Lane? own = _lanes[index] ?? Make(index);
        return own.Gate.TryEnter() ? own : EnterAnother(index);
    }

    private Lane EnterAnother(int held)
    {
        var spin = default(SpinWait);
        while (true)
        {
            int missing = -1;
            for (int i = 0; i < Most; i++)
            {
                int at = (held + i) & (Most - 1);
                if (this[at] is not { } lane)
                {
                    missing = at;
                }
                else if (lane.Gate.TryEnter())
                {
                    _own = at + 1;
                    return lane;
                }
            }

            if (missing >= 0 && Make(missing) is { } made && made.Gate.TryEnter())
            {
                _own = missing + 1;
                return made;
            }

            spin.SpinOnce();
        }
    }

    private Lane Make(int index)
    {
        var made = new Lane(index, zones, flush);
        return Interlocked.CompareExchange(ref _lanes[index], made, null) ?? made;
    }

    /// <summary>
    /// The calling thread's lane: at first that of the core it runs on. It stays with it when the thread moves, for there is what the
    /// thread freed, and changes when it is found held: so threads that run at the same time part at their first meeting.
    /// </summary>
    private static int Own()
    {
        int own = _own;
        return own != 0 ? own - 1 : First();
    }

    private static int First()
    {
#if NETSTANDARD
        int first = Environment.CurrentManagedThreadId & (Most - 1);
#else
        int first = Thread.GetCurrentProcessorId() & (Most - 1);
#endif
        _own = first + 1;
        return first;
    }
}
