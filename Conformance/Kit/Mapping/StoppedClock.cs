using System;
using System.Collections.Generic;
using System.Threading;

namespace Conformance;

/// <summary>A clock whose time passes only when it is told to: then all timers go off at once. Thread-safe.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private readonly List<Alarm> _alarms = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    public override DateTimeOffset GetUtcNow() => default;

    /// <summary>Time passes.</summary>
    internal void PassTime()
    {
        Alarm[] due;
        lock (_alarms)
        {
            due = [.. _alarms];
            _alarms.Clear();
        }

        foreach (Alarm alarm in due) alarm.GoOff();
    }

    private sealed class Alarm(StoppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._alarms)
            {
                clock._alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan) clock._alarms.Add(this);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._alarms) clock._alarms.Remove(this);
        }

        public System.Threading.Tasks.ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void GoOff() => callback(state);
    }
}
