namespace Conformance;

/// <summary>What one case said of a law. The default value is <see cref="Idle"/>.</summary>
public readonly record struct LawOutcome
{
    private enum Kind
    {
        Idle,
        Held,
        Broken,
    }

    private readonly Kind _kind;

    private LawOutcome(Kind kind, string? wanted, string? found) => (_kind, Wanted, Found) = (kind, wanted, found);

    /// <summary>The case was none for the law: nothing was shown. A law that meets only such cases is not held to.</summary>
    public static LawOutcome Idle => default;

    /// <summary>The law held where it could have been broken.</summary>
    public static LawOutcome Held => new(Kind.Held, null, null);

    /// <summary>Whether the case showed something.</summary>
    public bool Showed => _kind != Kind.Idle;

    /// <summary>Whether the law is broken.</summary>
    public bool IsBroken => _kind == Kind.Broken;

    /// <summary>What was wanted, where the law is broken; null for what the law promises.</summary>
    public string? Wanted { get; }

    /// <summary>What was found instead, where the law is broken.</summary>
    public string? Found { get; }

    /// <summary>The law held; it showed something only if so.</summary>
    public static LawOutcome HeldIf(bool showed) => showed ? Held : Idle;

    /// <summary>The law is broken.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="wanted">What was wanted; what the law promises unless given.</param>
    public static LawOutcome Broken(string found, string? wanted = null) => new(Kind.Broken, wanted, found);
}
