using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// What threads of one core use and do not share. A thread takes its own lane or, where that is held, any other, so one that is
/// stopped in a lane stops nobody else. Nothing foreign is called while a lane is held.
/// </summary>
internal abstract class CoreLane(int index)
{
    internal const int IndexBits = 6;

    /// <summary>Most lanes that one owner has.</summary>
    internal const int Most = 1 << IndexBits;

    /// <summary>The index of the calling thread's lane, and 1; 0 where it has none yet. The same with every owner.</summary>
    [ThreadStatic]
    private static int _own;

    /// <summary>Held by whoever reads or changes the lane.</summary>
    internal BriefLock Gate;

    internal int Index { get; } = index;

    /// <summary>
    /// The calling thread's lane: at first that of the core it runs on. It stays with it when the thread moves, for there is what the
    /// thread freed, and changes when it is found held: so threads that run at the same time part at their first meeting.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Own()
    {
        int own = _own;
        return own != 0 ? own - 1 : First();
    }

    /// <summary>Makes a lane the calling thread's own.</summary>
    internal static void Adopt(int index) => _own = index + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
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
