using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Backs buffers from a range that was set aside for them early, before memory fragmented: always one run, whatever is asked.
/// Several buffers may share a pool, each through an exporter of its own.
/// </summary>
public sealed class ContiguousPoolExporter : IExporter
{
    private readonly SystemMemoryExporter _inner;

    /// <summary>An exporter of one buffer.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="memory">The memory that the pool is in.</param>
    /// <param name="pool">The frames that were set aside.</param>
    /// <param name="length">Bytes of the buffer, at least 1.</param>
    /// <exception cref="ArgumentNullException">No memory or no pool.</exception>
    /// <exception cref="ArgumentException">A blank name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length below 1, or more than 2^31 - 1 frames.</exception>
    public ContiguousPoolExporter(string name, IPhysicalMemory memory, FrameAllocator pool, long length)
        => _inner = new SystemMemoryExporter(name, memory, Throw.IfNull(pool, nameof(pool)), length);

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public long Length => _inner.Length;

    /// <inheritdoc/>
    public MemoryKind Kind => MemoryKind.PageBacked;

    /// <inheritdoc/>
    public IPhysicalMemory Memory => _inner.Memory;

    /// <inheritdoc/>
    public bool CanBack(in PlacementDemand demand) => _inner.CanBack(InOneRun(demand));

    /// <inheritdoc/>
    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing) => _inner.TryBack(InOneRun(demand), out backing);

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException">No backing.</exception>
    /// <exception cref="InvalidOperationException">A frame of it is not taken, or the backing is disposed; nothing was given back.</exception>
    public void Release(PfnBuffer backing) => _inner.Release(backing);

    private static PlacementDemand InOneRun(in PlacementDemand demand) => demand.IsBottom ? demand : demand with { Contiguous = true };
}
