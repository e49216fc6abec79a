namespace PfnBuffers;

/// <summary>What deciding may choose, and in which order. Immutable.</summary>
public sealed class SharingPolicy
{
    /// <summary>Everything is allowed; moving once is preferred to copying each time.</summary>
    public static SharingPolicy Default { get; } = new();

    /// <summary>Whether a device may be served through copies. True unless set.</summary>
    public bool AllowsBounce { get; init; } = true;

    /// <summary>Whether the bytes may be moved to other frames for a device that comes late. True unless set.</summary>
    public bool AllowsMove { get; init; } = true;

    /// <summary>Whether a device that can be served by either is bounced rather than the bytes moved. False unless set.</summary>
    public bool PrefersBounce { get; init; }

    internal SharingPolicy AllowingBounce() => new() { AllowsBounce = true, AllowsMove = AllowsMove, PrefersBounce = PrefersBounce };

    internal SharingPolicy AllowingMove() => new() { AllowsBounce = AllowsBounce, AllowsMove = true, PrefersBounce = PrefersBounce };

    /// <summary>What is allowed, as <c>move, bounce</c>: the one that is preferred first.</summary>
    public override string ToString() => (AllowsMove, AllowsBounce) switch
    {
        (true, true) => PrefersBounce ? "bounce, move" : "move, bounce",
        (true, false) => "move",
        (false, true) => "bounce",
        _ => "neither move nor bounce",
    };
}
