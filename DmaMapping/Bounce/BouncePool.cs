using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Memory that devices can reach, for copies of what they cannot: slots of one 4 KiB frame each, handed out singly or in
/// consecutive runs, the slot freed last first so that it is still warm. Several mappers may share a pool. Thread-safe.
/// Takes its memory from a frame allocator once and gives it back when disposed; allocates nothing per mapping.
/// </summary>
public sealed class BouncePool : IDisposable
{
    /// <summary>Homes are found in a table of as many buckets, a power of two that an array can have.</summary>
    private const int MostSlots = 1 << 30;

    private readonly object _lock = new();
    private readonly FrameAllocator _source;
    private readonly FrameAllocator _free;
    private readonly BounceSlots _slots;
    private readonly Pfn _first;
    private readonly int _count;
    private bool _disposed;

    /// <summary>Takes one contiguous range of frames for the pool.</summary>
    /// <param name="memory">The memory that the frames are in.</param>
    /// <param name="source">Where the frames come from, and go back to.</param>
    /// <param name="length">Bytes of the pool, a multiple of 4096, from 4096 to 2^42.</param>
    /// <param name="placement">What the devices that will use the pool can reach.</param>
    /// <exception cref="ArgumentNullException">No memory or no source.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is no such number.</exception>
    /// <exception cref="InvalidOperationException">The source has no such range free.</exception>
    public BouncePool(IPhysicalMemory memory, FrameAllocator source, long length, Placement placement = default)
    {
        Memory = Throw.IfNull(memory, nameof(memory));
        _source = Throw.IfNull(source, nameof(source));
        PageSize size = PageSize.Size4K;
        if (length < size.Bytes || length % size.Bytes != 0 || length >> size.Shift > MostSlots)
            Throw.OutOfRange(nameof(length), length, "it must be a multiple of 4096, from 4096 to 2^42");
        _count = (int)(length >> size.Shift);
        _slots = new BounceSlots(_count);
        if (!source.TryAllocate(_count, placement, out _first))
            Throw.Invalid($"The bounce pool needs {length} consecutive bytes in {placement}; the longest free run there has {source.LargestFreeRun(placement) << size.Shift}. Make pools before memory fragments.");
        _free = new FrameAllocator(_first.ToAddress(size), length);
    }

    /// <summary>Bytes of the pool.</summary>
    public long Capacity => (long)_count << PageSize.Size4K.Shift;

    /// <summary>Bytes that are free at present.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_lock) return _free.FreeFrames << PageSize.Size4K.Shift;
        }
    }

    /// <summary>The physical address of the pool's first byte.</summary>
    public PhysicalAddress Start => _first.ToAddress(PageSize.Size4K);

    internal IPhysicalMemory Memory { get; }

    /// <summary>Guards slots from being taken to being entered, and from leaving to being freed.</summary>
    internal object Lock => _lock;

    internal BounceSlots Slots => _slots;

    /// <summary>Takes consecutive slots; under the lock.</summary>
    internal bool TryTake(int count, in Placement placement, out int slot)
    {
        if (_disposed) Throw.Disposed(nameof(BouncePool));
        bool taken = _free.TryAllocate(count, placement, out Pfn first);
        slot = taken ? (int)(first - _first) : BounceSlots.None;
        return taken;
    }

    /// <summary>Frees one slot; under the lock.</summary>
    internal void Free(int slot) => _free.Free(_first + slot, 1);

    /// <summary>
    /// Frees the slots of a mapping from one on, the last first; under the lock. What is freed last is taken first, so the
    /// next mapping finds them in the order of this one: planning, which takes and frees, leaves slots as it found them.
    /// </summary>
    internal void FreeAll(int slot)
    {
        int last = BounceSlots.None;
        while (slot != BounceSlots.None)
        {
            ref BounceSlot entry = ref _slots[slot];
            (int next, entry.NextInMapping) = (entry.NextInMapping, last);
            (last, slot) = (slot, next);
        }

        while (last != BounceSlots.None)
        {
            int before = _slots[last].NextInMapping;
            _slots.Leave(last);
            Free(last);
            last = before;
        }
    }

    /// <summary>Slots that are free; under the lock.</summary>
    internal int FreeSlots => (int)_free.FreeFrames;

    internal Pfn FrameOf(int slot) => _first + slot;

    /// <summary>Gives the memory back. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Slots are still in use: their mappings must be unmapped first.</exception>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            if (FreeSlots != _count) Throw.Invalid($"{_count - FreeSlots} of {_count} slots are still mapped: unmap before disposing the pool.");
            _disposed = true;
        }

        _source.Free(_first, _count);
    }
}
