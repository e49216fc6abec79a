namespace Demo;

/// <summary>What memory the shared buffer gets.</summary>
public enum Backing
{
    /// <summary>Frames of 4 KiB from fragmented memory, some above 4 GiB and some below.</summary>
    Scattered,

    /// <summary>Frames of 4 KiB from memory with room for one run.</summary>
    Contiguous,

    /// <summary>Frames of 2 MiB, no two of them side by side, some above 4 GiB and some below.</summary>
    Huge,
}
