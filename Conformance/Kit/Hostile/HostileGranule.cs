namespace Conformance;

/// <summary>What a device may find at one page of its addresses.</summary>
internal sealed class HostileGranule
{
    /// <summary>Index of the frame's first byte at home.</summary>
    internal int Home { get; init; }

    /// <summary>The view's bytes in it: from here.</summary>
    internal int From { get; init; }

    /// <summary>Up to here.</summary>
    internal int To { get; init; }

    internal bool MayRead { get; init; }

    internal bool MayWrite { get; init; }

    /// <summary>Whether what is written there comes home.</summary>
    internal bool ComesHome { get; init; }

    /// <summary>What a slot must hold; null where the frame itself is reached.</summary>
    internal byte[]? Copy { get; init; }

    /// <summary>Index of the slot's first byte; -1 until somebody has reached it.</summary>
    internal int Slot { get; set; } = -1;
}
