namespace Demo;

/// <summary>What deciding may choose when a device comes late.</summary>
public enum SharingRule
{
    /// <summary>Moving the bytes, or else copies.</summary>
    Default,

    /// <summary>Copies only.</summary>
    NoMove,

    /// <summary>Moving the bytes only.</summary>
    NoBounce,

    /// <summary>Copies, or else moving the bytes.</summary>
    PreferBounce,
}
