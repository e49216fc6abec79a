namespace PfnBuffers;

/// <summary>What was decided for one importer. The default value refuses without a reason, and is never given.</summary>
public readonly struct Decision
{
    private Decision(Verdict verdict, Refusal? refusal)
    {
        Verdict = verdict;
        Refusal = refusal;
    }

    /// <summary>How the importer stands.</summary>
    public Verdict Verdict { get; }

    /// <summary>Why it is refused; null where it is not.</summary>
    public Refusal? Refusal { get; }

    internal static Decision Granted(Verdict verdict) => new(verdict, null);

    internal static Decision Refused(Refusal refusal) => new(Verdict.Refused, refusal);

    /// <summary>The verdict, or the refusal as a sentence.</summary>
    public override string ToString() => Refusal?.ToString() ?? Verdict.ToString();
}
