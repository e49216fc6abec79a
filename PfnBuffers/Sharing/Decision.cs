namespace PfnBuffers;

/// <summary>What was decided for one importer. The default value refuses without a reason, and is never given.</summary>
public readonly struct Decision
{
    private Decision(Verdict verdict, Verdict follows, Refusal? refusal)
    {
        Verdict = verdict;
        Follows = follows;
        Refusal = refusal;
    }

    /// <summary>How the importer stands.</summary>
    public Verdict Verdict { get; }

    /// <summary>How it stands once what the verdict asks for is done: after a move the verdict on the new frames, else the verdict itself.</summary>
    public Verdict Follows { get; }

    /// <summary>Why it is refused; null where it is not.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The decision as it is told when a move has just been made for it: the verdict follows the move.</summary>
    public Decision AfterMove() => Verdict == Verdict.Refused ? this : MoveFirst(Follows);

    internal static Decision Granted(Verdict verdict) => new(verdict, verdict, null);

    internal static Decision MoveFirst(Verdict follows) => new(Verdict.Move, follows, null);

    internal static Decision Refused(Refusal refusal) => new(Verdict.Refused, Verdict.Refused, refusal);

    /// <summary>The verdict, or the refusal as a sentence.</summary>
    public override string ToString()
        => Refusal?.ToString() ?? (Verdict == Verdict.Move ? $"Move, then {Follows}" : Verdict.ToString());
}
