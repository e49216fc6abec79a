namespace Conformance;

/// <summary>The parts of a spy's memory, in the order of their addresses.</summary>
public enum SpyArea
{
    /// <summary>The bounce pool; every device reaches it.</summary>
    Pool,

    /// <summary>Page tables.</summary>
    Tables,

    /// <summary>Homes that every device reaches.</summary>
    Low,

    /// <summary>Homes on both sides of 1 GiB, where the reach of some devices ends.</summary>
    Edge,

    /// <summary>Device memory, which nobody may copy.</summary>
    Mmio,

    /// <summary>Homes beyond what most devices reach.</summary>
    High,
}
