using System;

namespace DmaMapping;

/// <summary>That the bytes of a shared buffer are about to move. Immutable.</summary>
public sealed class MoveNotice
{
    internal MoveNotice(Attachment attachment, string reason, MoveToken token, DateTimeOffset deadline)
    {
        Attachment = attachment;
        Reason = reason;
        Token = token;
        Deadline = deadline;
    }

    /// <summary>The attachment that is told.</summary>
    public Attachment Attachment { get; }

    /// <summary>For whom or what the bytes would move, for people.</summary>
    public string Reason { get; }

    /// <summary>By what to confirm that DMA has stopped.</summary>
    public MoveToken Token { get; }

    /// <summary>Until when, by the buffer's clock.</summary>
    public DateTimeOffset Deadline { get; }
}
