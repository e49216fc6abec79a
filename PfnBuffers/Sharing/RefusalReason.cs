namespace PfnBuffers;

/// <summary>What a refusal is about.</summary>
public enum RefusalReason
{
    /// <summary>No backing that the exporter could give serves all who are attached and the newcomer.</summary>
    NoCommonBacking,

    /// <summary>A frame lies where the device cannot reach it.</summary>
    UnreachableFrame,

    /// <summary>The frames make more segments than the device takes.</summary>
    TooManySegments,

    /// <summary>A segment would start off the device's alignment, or be no multiple of its granularity.</summary>
    Unaligned,

    /// <summary>The importer needs a page behind every frame, and the memory has none.</summary>
    NoPages,

    /// <summary>The memory is protected, and the device is not trusted.</summary>
    ProtectedMemory,

    /// <summary>The device is not trusted, and its mapper cannot confine it to the buffer's bytes.</summary>
    Unconfined,
}
