using System;
using System.Collections.Generic;
using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>A holder that does as it is told, and remembers it.</summary>
internal sealed class Obedient : IMovable
{
    internal List<MoveNotice> Notices { get; } = [];

    internal List<MoveOutcome> Outcomes { get; } = [];

    internal Action<MoveNotice> OnStop { get; set; } = notice => Assert.True(notice.Attachment.ConfirmStopped(notice.Token));

    internal Action<MoveOutcome> OnMoved { get; set; } = _ => { };

    public void StopDma(MoveNotice notice)
    {
        Notices.Add(notice);
        OnStop(notice);
    }

    public void Moved(MoveOutcome outcome)
    {
        Outcomes.Add(outcome);
        OnMoved(outcome);
    }
}
