using System;
using System.Collections.Generic;
using System.Threading;

namespace DmaMapping;

/// <summary>One holder in a move: what it was told, and what it answered. Guarded by the buffer's lock, but for the callbacks.</summary>
internal sealed class ToldHolder(Attachment attachment)
{
    private static long _lastToken;

    internal Attachment Attachment => attachment;

    internal MoveToken Token { get; } = new(Interlocked.Increment(ref _lastToken));

    internal bool WasTold { get; private set; }

    internal bool HasConfirmed { get; set; }

    internal Exception? StopFault { get; private set; }

    internal Exception? MovedFault { get; private set; }

    /// <summary>What it holds on the new frames; null where nothing has moved.</summary>
    internal IReadOnlyList<MovedMapping>? Moved { get; set; }

    /// <summary>Whether no DMA of its mappings is under way: it says so, or has none any more.</summary>
    internal bool HasStopped(LiveUses uses) => HasConfirmed || !uses.Has(attachment);

    internal void Tell(string reason, DateTimeOffset deadline)
    {
        WasTold = true;
        try
        {
            attachment.Movable!.StopDma(new MoveNotice(attachment, reason, Token, deadline));
        }
#pragma warning disable CA1031 // Whatever it throws is its answer: it does not stop.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            StopFault = thrown;
        }
    }

    internal void TellOutcome()
    {
        if (!WasTold) return;
        try
        {
            attachment.Movable!.Moved(new MoveOutcome(attachment, Moved is not null, Moved ?? []));
        }
#pragma warning disable CA1031 // The move is over; its fault is reported, and the others are told all the same.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            MovedFault = thrown;
        }
    }
}
