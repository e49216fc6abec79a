using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Backs one buffer with memory that is where it is: device memory without pages (a PCI BAR), or protected memory. It is given
/// to one buffer at a time, and never moves.
/// </summary>
public sealed class FixedMemoryExporter : IExporter
{
    private readonly PhysicalAddress _start;
    private bool _isTaken;

    /// <summary>An exporter of one range.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="memory">The memory; it says of what kind the range is.</param>
    /// <param name="start">The first byte, a multiple of 4096.</param>
    /// <param name="length">Bytes of the buffer, at least 1 and at most 2^31 - 1 frames.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentException">A blank name; or the range is not all of one kind, or absent.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The start is no multiple of 4096, or the length is out of range.</exception>
    public FixedMemoryExporter(string name, IPhysicalMemory memory, PhysicalAddress start, long length)
    {
        if (string.IsNullOrWhiteSpace(name)) Throw.Argument(nameof(name), "An exporter has a name that is not blank.");
        PageSize size = PageSize.Size4K;
        if (start.OffsetIn(size) != 0) Throw.OutOfRange(nameof(start), start, "it must be a multiple of 4096");
        if (length < 1 || length > size.Bytes * int.MaxValue) Throw.OutOfRange(nameof(length), length, "it must lie in 1 to 2^43 - 4096");
        MemoryRegion region = Throw.IfNull(memory, nameof(memory)).RegionAt(start);
        ulong left = (ulong)region.Length - (start.Value - region.Start.Value);
        if (region.Kind == MemoryKind.Absent || left < (ulong)length)
            Throw.Argument(nameof(start), $"{length} bytes at {start} are not all in one region: {region}.");
        Name = name;
        Memory = memory;
        Length = length;
        Kind = region.Kind;
        _start = start;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public MemoryKind Kind { get; }

    /// <inheritdoc/>
    public IPhysicalMemory Memory { get; }

    /// <inheritdoc/>
    public bool CanBack(in PlacementDemand demand)
        => !demand.IsBottom && (Kind == MemoryKind.PageBacked || !demand.NeedsPages)
        && demand.Placement.Allows(_start, PageSize.Size4K.FramesFor(Length) << PageSize.Size4K.Shift);

    /// <inheritdoc/>
    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        backing = null;
        if (_isTaken || !CanBack(demand)) return false;
        var frames = new Pfn[PageSize.Size4K.FramesFor(Length)];
        for (int i = 0; i < frames.Length; i++) frames[i] = _start.FrameOf(PageSize.Size4K) + i;
        backing = new PfnBuffer(frames, PageSize.Size4K, 0, Length);
        _isTaken = true;
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException">No backing.</exception>
    public void Release(PfnBuffer backing)
    {
        Throw.IfNull(backing, nameof(backing)).Dispose();
        _isTaken = false;
    }
}
