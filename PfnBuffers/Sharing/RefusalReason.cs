namespace PfnBuffers;

/// <summary>What closes one way of serving a device. See <see cref="RefusalCause"/>.</summary>
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

    /// <summary>The importer needs a page behind every frame, or a copy would, and the memory has none.</summary>
    NoPages,

    /// <summary>The memory is protected: the device is not trusted, or the CPU would have to copy it.</summary>
    ProtectedMemory,

    /// <summary>The device is not trusted, and its mapper cannot confine it to the buffer's bytes.</summary>
    Unconfined,

    /// <summary>The device must work on a copy, wherever the frames are.</summary>
    MustCopy,

    /// <summary>The policy allows no move, or no copies.</summary>
    PolicyForbids,

    /// <summary>The device itself refuses copies.</summary>
    ZeroCopyOnly,

    /// <summary>The device takes raw pfns, for which nothing can be copied.</summary>
    RawPfns,

    /// <summary>The device's mapper cannot bounce as many bytes.</summary>
    NoBounceCapacity,

    /// <summary>Somebody has bytes mapped, holds pfns or has them open to the CPU, and did not declare to be movable.</summary>
    Pinned,

    /// <summary>Somebody who declared to be movable did not confirm in time that its DMA has stopped.</summary>
    NoAnswer,

    /// <summary>What a move takes is not free at present: frames, or what mapping on them takes.</summary>
    NoRoomToMove,

    /// <summary>No frames that serve everyone attached are free at present; the exporter could have some.</summary>
    NoFreeFrames,

    /// <summary>Another move of the buffer is under way.</summary>
    MoveUnderWay,
}
