using PfnBuffers;

namespace DmaMapping;

/// <summary>What attaching gave: an attachment, or a refusal that says why. The default value is neither.</summary>
public readonly struct AttachResult
{
    internal AttachResult(Attachment? attachment, Decision decision, MoveReport? move)
    {
        Attachment = attachment;
        Decision = decision;
        Move = move;
    }

    /// <summary>The device's standing with the buffer, to be detached when done; null where it is refused.</summary>
    public Attachment? Attachment { get; }

    /// <summary>The verdict, and the refusal if it is one. After a move the verdict is <see cref="Verdict.Move"/>, and the attachment's own is what followed.</summary>
    public Decision Decision { get; }

    /// <summary>What the last move did that was tried for the device; null where none was.</summary>
    public MoveReport? Move { get; }

    /// <summary>Whether the device is attached.</summary>
    public bool IsAttached => Attachment is not null;

    /// <summary>The verdict, or the refusal as a sentence.</summary>
    public override string ToString() => Decision.ToString();
}
