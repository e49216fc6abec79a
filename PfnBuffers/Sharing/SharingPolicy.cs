namespace PfnBuffers;

/// <summary>What deciding may choose. Immutable.</summary>
public sealed class SharingPolicy
{
    /// <summary>Everything is allowed.</summary>
    public static SharingPolicy Default { get; } = new();

    /// <summary>Whether a device may be served through copies. True unless set.</summary>
    public bool AllowsBounce { get; init; } = true;
}
