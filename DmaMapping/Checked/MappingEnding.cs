namespace DmaMapping;

/// <summary>How a mapping, link or reservation stands, or came to its end.</summary>
internal enum MappingEnding
{
    /// <summary>It lives.</summary>
    None,

    /// <summary>It was unmapped, unlinked, released or spent.</summary>
    Unmapped,

    /// <summary>Its bytes moved away while its device was told to stop.</summary>
    Moved,

    /// <summary>It stands in quarantine: the device may reach it still.</summary>
    Quarantined,
}
