namespace PfnBuffers;

/// <summary>One change that helps a refused device in: what, whose, and how many bytes. Immutable.</summary>
public sealed class Change
{
    private readonly string _text;

    /// <summary>A change.</summary>
    /// <param name="kind">What is to be done.</param>
    /// <param name="subject">Whose standing it changes.</param>
    /// <param name="bytes">Bytes to bounce, for those kinds that are about it.</param>
    /// <exception cref="System.ArgumentNullException">No subject.</exception>
    /// <exception cref="System.ArgumentOutOfRangeException">No such kind, or bytes below 0.</exception>
    public Change(ChangeKind kind, string subject, long bytes = 0)
        : this(kind, Throw.IfNull(subject, nameof(subject)), bytes, $"{kind} {subject}")
    {
#pragma warning disable CA2263 // netstandard2.0 has no generic form.
        if (!System.Enum.IsDefined(typeof(ChangeKind), kind)) Throw.OutOfRange(nameof(kind), kind, "it must be a kind of change");
#pragma warning restore CA2263
        if (bytes < 0) Throw.OutOfRange(nameof(bytes), bytes, "it must be 0 or more");
    }

    internal Change(ChangeKind kind, string subject, long bytes, string text)
    {
        Kind = kind;
        Subject = subject;
        Bytes = bytes;
        _text = text;
    }

    /// <summary>What is to be done.</summary>
    public ChangeKind Kind { get; }

    /// <summary>Whose standing it changes: an attachment's name, the refused device's, <c>the CPU</c>, or the exporter's.</summary>
    public string Subject { get; }

    /// <summary>Bytes to bounce, for <see cref="ChangeKind.EnlargePool"/> and <see cref="ChangeKind.AddBouncing"/>; 0 for others.</summary>
    public long Bytes { get; }

    /// <summary>
    /// What the change costs beside others. Of all sets of changes that let the device in, a refusal tells the one whose costs
    /// add up to the least; then the one with fewer changes, then the one whose names come first.
    /// </summary>
    public int Cost => (int)Kind;

    /// <summary>What would be if the change were made.</summary>
    /// <param name="state">What there is.</param>
    /// <param name="newcomer">Who wants to attach.</param>
    /// <exception cref="System.ArgumentNullException">No state or no newcomer.</exception>
    public (SharingState State, Importer Newcomer) ApplyTo(SharingState state, Importer newcomer)
    {
        Throw.IfNull(state, nameof(state));
        Throw.IfNull(newcomer, nameof(newcomer));
        MapperProfile profile = newcomer.Profile;
        return Kind switch
        {
            ChangeKind.AllowMove => (state.With(state.Policy.AllowingMove()), newcomer),
            ChangeKind.AllowBounce => (state.With(state.Policy.AllowingBounce()), newcomer),
            ChangeKind.MapInWindows => (state, new Importer(newcomer) { MapsWindows = true }),
            ChangeKind.WorkOnCopies => (state, new Importer(newcomer) { ZeroCopyOnly = false }),
            ChangeKind.ForgoPages => (state, new Importer(newcomer) { NeedsPages = false }),
            ChangeKind.EndHolding => (state.WithoutHoldingsOf(Subject), newcomer),
            ChangeKind.FreeFrames => (state.With(default(MoveObstacle)), newcomer),
            ChangeKind.AttachAgain => (state.With(default(MoveObstacle)), newcomer),
            ChangeKind.Detach => (state.WithoutImporter(Subject), newcomer),
            ChangeKind.EnlargePool or ChangeKind.AddBouncing => (state, new Importer(newcomer, new MapperProfile(profile) { BounceCapacity = Bytes })),
            ChangeKind.AddIommu => (state, new Importer(newcomer, profile.Translated())),
            _ => (state, new Importer(newcomer, profile.Trusted())),
        };
    }

    /// <summary>The change as an order, as <c>unmap camera</c>.</summary>
    public override string ToString() => _text;
}
