using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>A move that is under way: the frames that are reserved for it, and who was told to stop. Guarded by the buffer's lock.</summary>
internal sealed class MoveAttempt : IDisposable
{
    private readonly object _lock;
    private ITimer? _timer;

    internal MoveAttempt(BufferCore core, PfnBuffer frames, BackingCandidate candidate, Importer? newcomer)
    {
        _lock = core.Lock;
        Frames = frames;
        Candidate = candidate;
        Newcomer = newcomer;
        Told = [.. core.Attachments.Where(core.Uses.Has).OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => new ToldHolder(a))];
    }

    internal PfnBuffer Frames { get; }

    internal BackingCandidate Candidate { get; }

    /// <summary>For whom the bytes move; null where it is for nobody who wants to attach.</summary>
    internal Importer? Newcomer { get; }

    /// <summary>In the order of telling.</summary>
    internal IReadOnlyList<ToldHolder> Told { get; }

    internal bool HasExpired { get; private set; }

    /// <summary>Whether there is nothing more to wait for.</summary>
    internal bool IsSettled(LiveUses uses) => HasExpired || Told.Any(one => one.StopFault is not null) || Told.All(one => one.HasStopped(uses));

    internal void StartClock(TimeProvider time, TimeSpan timeout)
        => _timer = time.CreateTimer(_ => Expire(), null, timeout, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer?.Dispose();

    private void Expire()
    {
        lock (_lock)
        {
            HasExpired = true;
            Monitor.PulseAll(_lock);
        }
    }
}
