using System;

namespace PfnBuffers;

/// <summary>
/// Who backs a shared buffer with frames: says what kind of memory it is, picks frames for a demand, and takes them back.
/// Frames are taken and given back for one shared buffer, one call at a time, under that buffer's lock: so they must not call back into it.
/// </summary>
public interface IExporter
{
    /// <summary>A name for people.</summary>
    string Name { get; }

    /// <summary>Bytes of the buffer, at least 1.</summary>
    long Length { get; }

    /// <summary>What kind of memory all its frames are.</summary>
    MemoryKind Kind { get; }

    /// <summary>The memory that its frames are in: where the CPU reaches them, and where they are copied when the buffer moves.</summary>
    IPhysicalMemory Memory { get; }

    /// <summary>
    /// Whether the exporter's memory could ever serve a demand: its capacity, not what is free at present, so that the
    /// answer for a demand never changes. Thread-safe: also asked when somebody reads the advice of a refusal.
    /// </summary>
    /// <param name="demand">What is asked of the frames.</param>
    bool CanBack(in PlacementDemand demand);

    /// <summary>Takes frames that serve a demand.</summary>
    /// <param name="demand">What is asked of the frames.</param>
    /// <param name="backing">A buffer of exactly <see cref="Length"/> bytes, no frame in it twice, for <see cref="Release"/> later; null where there is none.</param>
    /// <returns>False where no such frames are free; nothing was taken.</returns>
    bool TryBack(in PlacementDemand demand, out PfnBuffer? backing);

    /// <summary>Takes back the frames of a backing. Never fails.</summary>
    /// <param name="backing">What <see cref="TryBack"/> gave.</param>
    void Release(PfnBuffer backing);
}
