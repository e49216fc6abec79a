using System;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// Lanes of one owner, made as they are needed: one for each core on which threads began to come, and another wherever all that
/// there are are held. Thread-safe.
/// </summary>
internal abstract class CoreLanes<TLane>
    where TLane : CoreLane
{
    private readonly TLane?[] _lanes = new TLane?[CoreLane.Most];

    /// <summary>A lane by its index; null where there is none.</summary>
    internal TLane? this[int index] => Volatile.Read(ref _lanes[index]);

    /// <summary>Takes a lane that nobody holds, the calling thread's first.</summary>
    internal TLane Enter()
    {
        int index = CoreLane.Own();
        TLane? own = _lanes[index] ?? Make(index);
        return own.Gate.TryEnter() ? own : EnterAnother(index);
    }

    private TLane EnterAnother(int held)
    {
        var spin = default(SpinWait);
        while (true)
        {
            int missing = -1;
            for (int i = 0; i < CoreLane.Most; i++)
            {
                int at = (held + i) & (CoreLane.Most - 1);
                if (this[at] is not { } lane)
                {
                    missing = at;
                }
                else if (lane.Gate.TryEnter())
                {
                    CoreLane.Adopt(at);
                    return lane;
                }
            }

            if (missing >= 0 && Make(missing) is { } made && made.Gate.TryEnter())
            {
                CoreLane.Adopt(missing);
                return made;
            }

            spin.SpinOnce();
        }
    }

    /// <summary>A new lane.</summary>
    protected abstract TLane Create(int index);

    private TLane Make(int index)
    {
        TLane made = Create(index);
        return Interlocked.CompareExchange(ref _lanes[index], made, null) ?? made;
    }
}
