using System;
using DmaMapping;

namespace Demo;

/// <summary>A holder that stops its DMA at once when it is told, for it has none under way here.</summary>
internal sealed class WillingHolder : IMovable
{
    public void StopDma(MoveNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        notice.Attachment.ConfirmStopped(notice.Token);
    }

    public void Moved(MoveOutcome outcome)
    {
    }
}
