using System.Threading;

namespace DmaMapping;

/// <summary>
/// A lock for a few dozen instructions that call nobody: no memory of others, no hardware, no allocator. One atomic
/// instruction to take it, a plain store to leave. Not reentrant; a mutable struct, to be held in a field and never copied.
/// </summary>
internal struct BriefLock
{
    private int _held;

    internal bool TryEnter() => Interlocked.CompareExchange(ref _held, 1, 0) == 0;

    internal void Enter()
    {
        if (!TryEnter()) Wait();
    }

    internal void Exit() => Volatile.Write(ref _held, 0);

    private void Wait()
    {
        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref _held) != 0 || !TryEnter());
    }
}
