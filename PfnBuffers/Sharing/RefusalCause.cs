namespace PfnBuffers;

/// <summary>
/// Why one way of serving a device is closed: whose wish stands against it, which constraint, what was wanted, what was found,
/// and at which frame. Immutable.
/// </summary>
public sealed class RefusalCause
{
    internal RefusalCause(Verdict way, RefusalReason reason, string attachment, string constraint, string wanted, string found)
    {
        Way = way;
        Reason = reason;
        Attachment = attachment;
        Constraint = constraint;
        Wanted = wanted;
        Found = found;
    }

    /// <summary>The verdict that cannot be given; <see cref="Verdict.Refused"/> where no verdict can, whatever the frames.</summary>
    public Verdict Way { get; }

    /// <summary>What closes it.</summary>
    public RefusalReason Reason { get; }

    /// <summary>The attachment whose wish, mapping or silence it is: the refused device itself, another one, <c>the CPU</c>, or where it is about the policy <c>the buffer</c>.</summary>
    public string Attachment { get; }

    /// <summary>The constraint or declaration that is not met, as <c>address window</c>.</summary>
    public string Constraint { get; }

    /// <summary>What would be needed.</summary>
    public string Wanted { get; }

    /// <summary>What there is instead.</summary>
    public string Found { get; }

    /// <summary>Index in the buffer of the frame that it is about; -1 where it is about none.</summary>
    public int FrameIndex { get; init; } = -1;

    /// <summary>The cause as part of a sentence.</summary>
    public override string ToString()
    {
        string where = FrameIndex >= 0 ? $" at frame {FrameIndex}" : string.Empty;
        return $"{Attachment}'s {Constraint} wants {Wanted}, found {Found}{where}";
    }
}
