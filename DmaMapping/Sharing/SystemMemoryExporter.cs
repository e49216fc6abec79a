using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Backs buffers with ordinary memory from a frame allocator: contiguous where asked for, else whatever frames come.
/// </summary>
public sealed class SystemMemoryExporter : IExporter
{
    private readonly FrameAllocator _frames;

    /// <summary>An exporter of one buffer in a machine's RAM.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="machine">The machine, and the allocator of its frames.</param>
    /// <param name="length">Bytes of the buffer, at least 1.</param>
    /// <exception cref="ArgumentNullException">No machine.</exception>
    /// <exception cref="ArgumentException">A blank name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length below 1, or more than 2^31 - 1 frames.</exception>
    public SystemMemoryExporter(string name, EmulatedMachine machine, long length)
        : this(name, Throw.IfNull(machine, nameof(machine)), machine.Frames, length)
    {
    }

    /// <summary>An exporter of one buffer.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="memory">The memory that the frames are in.</param>
    /// <param name="frames">Where the frames come from.</param>
    /// <param name="length">Bytes of the buffer, at least 1.</param>
    /// <exception cref="ArgumentNullException">No memory or no allocator.</exception>
    /// <exception cref="ArgumentException">A blank name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length below 1, or more than 2^31 - 1 frames.</exception>
    public SystemMemoryExporter(string name, IPhysicalMemory memory, FrameAllocator frames, long length)
    {
        if (string.IsNullOrWhiteSpace(name)) Throw.Argument(nameof(name), "An exporter has a name that is not blank.");
        Memory = Throw.IfNull(memory, nameof(memory));
        _frames = Throw.IfNull(frames, nameof(frames));
        Name = name;
        Length = length;
        if (length < 1 || length > PageSize.Bytes * int.MaxValue) Throw.OutOfRange(nameof(length), length, "it must lie in 1 to 2^43 - 4096");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public MemoryKind Kind => MemoryKind.PageBacked;

    /// <inheritdoc/>
    public IPhysicalMemory Memory { get; }

    /// <summary>The size of the frames taken when they need not be contiguous: 4 KiB unless set.</summary>
    public PageSize PageSize { get; init; }

    /// <inheritdoc/>
    public bool CanBack(in PlacementDemand demand)
    {
        if (demand.IsBottom) return false;
        long frames = PageSize.FramesFor(Length), small = frames << (PageSize.Shift - PageSize.Size4K.Shift);
        long all = _frames.CapacityIn(PageSize, demand.Placement, out long longest);
        return demand.Contiguous ? small <= Math.Min(longest, int.MaxValue) : frames <= all;
    }

    /// <inheritdoc/>
    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        backing = null;

        // What there could never be is not even given an array: it may be of as many bytes as a machine has.
        if (!CanBack(demand)) return false;
        var frames = new Pfn[PageSize.FramesFor(Length)];
        if (demand.Contiguous)
        {
            Placement placement = demand.Placement with { Alignment = Math.Max(demand.Placement.Alignment, (ulong)PageSize.Bytes) };
            int small = frames.Length << (PageSize.Shift - PageSize.Size4K.Shift);
            if (!_frames.TryAllocate(small, placement, out Pfn first)) return false;
            Pfn start = first.ToAddress(PageSize.Size4K).FrameOf(PageSize);
            for (int i = 0; i < frames.Length; i++) frames[i] = start + i;
        }
        else if (!_frames.TryAllocate(frames, PageSize, demand.Placement))
        {
            return false;
        }

        backing = new PfnBuffer(frames, PageSize, 0, Length);
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException">No backing.</exception>
    /// <exception cref="InvalidOperationException">A frame of it is not taken, or the backing is disposed; nothing was given back.</exception>
    public void Release(PfnBuffer backing)
    {
        _frames.Free(Throw.IfNull(backing, nameof(backing)).View.Frames, backing.PageSize);
        backing.Dispose();
    }
}
