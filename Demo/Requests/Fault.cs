namespace Demo;

/// <summary>A fault that can be planted in the picture's path.</summary>
public enum Fault
{
    /// <summary>None.</summary>
    None,

    /// <summary>Two frames of the array are swapped on the way to the display.</summary>
    Pfn,

    /// <summary>What the processor wrote into bounce memory never goes home.</summary>
    Sync,

    /// <summary>The processor's segments are merged across multiples of 64 KiB, where its address counter wraps.</summary>
    Boundary,
}
