namespace DmaMapping;

/// <summary>How far the end of a mapping is.</summary>
internal enum MappingEnd : byte
{
    /// <summary>It lives, or the hardware is about to forget it.</summary>
    None,

    /// <summary>The hardware has forgotten it: its block is free.</summary>
    Forgotten,

    /// <summary>The hardware will forget it with the next flush.</summary>
    Lazy,
}
