namespace Conformance;

/// <summary>Parts of a rig's memory that frames are taken from.</summary>
public enum HomeArea
{
    /// <summary>Where every device of a rig reaches, from 256 MiB on.</summary>
    Low,

    /// <summary>Below 32 MiB, where the tight window has not begun.</summary>
    Below,

    /// <summary>From 4 GiB on.</summary>
    High,

    /// <summary>Device memory at 3.5 GiB: no pages, never copied.</summary>
    Mmio,

    /// <summary>Protected memory at 128 GiB: never copied.</summary>
    Protected,

    /// <summary>From 2^52 on: beyond what a VT-d table entry can name.</summary>
    Huge,

    /// <summary>From address 0 on.</summary>
    First,

    /// <summary>The 128 MiB that end at 4 GiB: a run that begins at their end goes on beyond it.</summary>
    Border,

    /// <summary>The 128 MiB that end at 2^64.</summary>
    Last,
}
