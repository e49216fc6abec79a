using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Conformance.Tests;

/// <summary>A clock that stands still until it is put forward; timers fire on the thread that does it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = new(2015, 1, 29, 0, 0, 0, TimeSpan.Zero);

    internal int Timers
    {
        get
        {
            lock (_alarms) return _alarms.Count;
        }
    }

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    internal void Advance(TimeSpan time)
    {
        Alarm[] due;
        lock (_alarms)
        {
            _now += time;
            due = [.. _alarms.Where(alarm => alarm.Due <= _now)];
            _alarms.RemoveAll(alarm => alarm.Due <= _now);
        }

        foreach (Alarm alarm in due) alarm.Ring();
    }

    private sealed class Alarm(ManualTime clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _isDisposed;

        internal DateTimeOffset Due { get; private set; }

        internal void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._alarms)
            {
                if (_isDisposed) return false;
                clock._alarms.Remove(this);
                Due = clock._now + dueTime;
                if (dueTime != Timeout.InfiniteTimeSpan) clock._alarms.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._alarms)
            {
                _isDisposed = true;
                clock._alarms.Remove(this);
            }
        }

        public System.Threading.Tasks.ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
