using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A holder that calls back from within: stops, or says nothing, or throws, or maps, detaches, disposes and moves in the middle of a move.</summary>
internal sealed class HostileMovable(HostileArguments arguments, SharedBuffer buffer) : IMovable
{
    private readonly List<MappingToken> _mapped = [];

    /// <summary>Ends what was mapped from within.</summary>
    internal void End(Attachment attachment)
    {
        foreach (MappingToken token in _mapped) attachment.Unmap(token);
    }

    public void StopDma(MoveNotice notice)
    {
        arguments.Seen.Add(notice);
        arguments.Seen.Add(buffer.Report());
        if (arguments.Flag()) notice.Attachment.ConfirmStopped(notice.Token);
        Dare(notice.Attachment);
        if (arguments.Flag()) notice.Attachment.ConfirmStopped(notice.Token);
        if (arguments.OneIn(6)) throw new NotSupportedException("a holder that does not stop");
    }

    public void Moved(MoveOutcome outcome)
    {
        arguments.Seen.Add(outcome);
        Dare(outcome.Attachment);
        if (arguments.OneIn(6)) throw new NotSupportedException("a holder that does not go on");
    }

    /// <summary>Calls what it may; what it is told it has not earned is no news here.</summary>
    private void Dare(Attachment attachment)
    {
        try
        {
            switch (arguments.Below(6))
            {
                case 0: buffer.Move(arguments.Demand()); break;
                case 1: attachment.Detach(); break;
                case 2: buffer.Dispose(); break;
                case 3:
                    if (attachment.Map(0, 4096, DmaDirection.ToDevice, new DmaSegment[4]) is { IsMapped: true } mapped) _mapped.Add(mapped.Mapping.Token);
                    break;
                case 4: attachment.ConfirmStopped(default); break;
                default: _ = buffer.Report().ToString(); break;
            }
        }
        catch (InvalidOperationException)
        {
            // As it must be: a move is under way, or something is held.
        }
        catch (ArgumentException)
        {
            // No notice has that token.
        }
    }
}
