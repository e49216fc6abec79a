using System;
using System.Runtime.CompilerServices;
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
    /// <remarks>A plain read: lanes are put there by an exchange, and what is read through a reference is not older than it.</remarks>
    internal TLane? this[int index] => _lanes[index];

    /// <summary>Takes the calling thread's own lane; null where it has none yet, or somebody else holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TLane? TryEnterOwn() => _lanes[CoreLane.Own()] is { } own && own.Gate.TryEnter() ? own : null;

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
