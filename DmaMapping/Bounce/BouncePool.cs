using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Memory that devices can reach, for copies of what they cannot: slots of one 4 KiB frame each, handed out in consecutive
/// runs of any length, the run freed last first so that it is still warm, from lanes that the threads of a core share. Several mappers may use a pool.
/// <para>
/// Grows by contiguous ranges, and gives them back, within limits that its maker sets. Somebody may wait for slots
/// (<see cref="BounceMapper.ReserveAsync"/>): first come, first served, and while anybody waits nobody else gets any.
/// </para>
/// Thread-safe. Allocates nothing per mapping in steady state.
/// </summary>
public sealed partial class BouncePool : IDisposable, IPoolGauge
{
    /// <summary>Slots are numbered by an int, and every extent begins a chunk of numbers.</summary>
    private const int MostSlots = 1 << 30;

    private static int _made;

    /// <summary>Held by who plans, is short, grows, shrinks or disposes: nobody short misses what another one only shows.</summary>
    private readonly object _cold = new();
    private readonly FrameAllocator _source;
    private readonly BouncePoolOptions _options;
    private readonly SlotLanes _lanes;
    private readonly SlotWaiters _waiters;
    private readonly List<WeakReference<PoolUser>> _users = [];

    /// <summary>Replaced when it changes.</summary>
    private PoolExtent[] _extents;
    private long _slots;
    private long _mostOut;
    private long _shortages;

    /// <summary>Slots of runs that were taken where no lane would have kept them, less those that were given back there.</summary>
    private long _usedCold;

    /// <summary>Slots in use at which giving extents back is tried next; -1 where there is none to give.</summary>
    private long _shrinkAt = -1;
    private volatile bool _disposed;

    /// <summary>Takes one contiguous range of frames for a pool of one size.</summary>
    /// <param name="memory">The memory that the frames are in.</param>
    /// <param name="source">Where the frames come from, and go back to.</param>
    /// <param name="length">Bytes of the pool, a multiple of 4096, from 4096 to 2^42.</param>
    /// <param name="placement">What the devices that will use the pool can reach.</param>
    /// <exception cref="ArgumentNullException">No memory or no source.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is no such number.</exception>
    /// <exception cref="InvalidOperationException">The source has no such range free.</exception>
    public BouncePool(IPhysicalMemory memory, FrameAllocator source, long length, Placement placement = default)
        : this(memory, source, new BouncePoolOptions { Length = length, Placement = placement }, nameof(length))
    {
    }

    /// <summary>Takes one contiguous range of frames for a pool.</summary>
    /// <param name="memory">The memory that the frames are in.</param>
    /// <param name="source">Where the frames come from, and go back to.</param>
    /// <param name="options">How large, where, whose.</param>
    /// <exception cref="ArgumentNullException">No memory, no source or no options.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One of the lengths is no such number, or the most is less than the length.</exception>
    /// <exception cref="InvalidOperationException">The source has no such range free.</exception>
    public BouncePool(IPhysicalMemory memory, FrameAllocator source, BouncePoolOptions options)
        : this(memory, source, Throw.IfNull(options, nameof(options)), nameof(BouncePoolOptions.Length))
    {
    }

    private BouncePool(IPhysicalMemory memory, FrameAllocator source, BouncePoolOptions options, string lengthName)
    {
        Memory = Throw.IfNull(memory, nameof(memory));
        _source = Throw.IfNull(source, nameof(source));
        _options = options;
        int count = SlotsOf(options.Length, lengthName, 1);
        MostSlotsEver = options.MostLength == 0 ? count : SlotsOf(options.MostLength, nameof(BouncePoolOptions.MostLength), count);
        GrowBySlots = options.GrowBy == 0 ? count : SlotsOf(options.GrowBy, nameof(BouncePoolOptions.GrowBy), 1);
        if (!source.TryAllocate(count, options.Placement, out Pfn first))
            Throw.Invalid($"The bounce pool needs {options.Length} consecutive bytes in {options.Placement}; the longest free run there has {source.LargestFreeRun(options.Placement) << PageSize.Size4K.Shift}. Make pools before memory fragments.");
        Table = new PieceTable();
        Homes = new HomeIndex(Table);
        _lanes = new SlotLanes(Table, count);
        _waiters = new SlotWaiters(this);
        var extent = new PoolExtent(first, count);
        Table.Add(extent);
        Homes.Fit(count);
        _extents = [extent];
        _slots = count;
        Name = options.Name ?? string.Format(CultureInfo.InvariantCulture, "bounce-{0}", Interlocked.Increment(ref _made));
        MappingMetrics.Pools.Register(this);
    }

    /// <summary>What it is called where it is measured.</summary>
    public string Name { get; }

    /// <summary>Bytes of the pool at present.</summary>
    public long Capacity => BytesOf(Volatile.Read(ref _slots));

    /// <summary>Bytes that it can grow to.</summary>
    public long MostCapacity => BytesOf(MostSlotsEver);

    /// <summary>Bytes that no mapping and no reservation holds at present.</summary>
    public long FreeBytes => BytesOf(Math.Max(0, Volatile.Read(ref _slots) - UsedSlots));

    /// <summary>Most bytes that were ever out at once: in mappings and reservations, or kept warm by the threads of a core, a quarter of the pool at most for each.</summary>
    public long HighWaterBytes => BytesOf(Volatile.Read(ref _mostOut));

    /// <summary>How many mappings and reservations were refused for want of room.</summary>
    public long Shortages => Volatile.Read(ref _shortages);

    /// <summary>Bytes in the longest run that is free at present. Looks at every slot's bit, and empties the lanes.</summary>
    public long LargestFreeRun
    {
        get
        {
            lock (_cold)
            {
                Drain();
                long longest = 0;
                foreach (PoolExtent extent in _extents) longest = Math.Max(longest, extent.Free.LargestFreeRun(default));
                return BytesOf(longest);
            }
        }
    }

    /// <summary>Which memory it is.</summary>
    public MemoryProtection Protection => _options.Protection;

    /// <summary>The only device that may use it; null for any.</summary>
    public DmaDevice? Device => _options.Device;

    /// <summary>The physical address of the first byte of the range that it was made with.</summary>
    public PhysicalAddress Start => _extents[0].First.ToAddress(PageSize.Size4K);

    internal IPhysicalMemory Memory { get; }

    internal PieceTable Table { get; }

    internal HomeIndex Homes { get; }

    internal long MostSlotsEver { get; }

    /// <summary>The most slots that one run can ever have.</summary>
    internal long LongestRunEver => Math.Max(_extents[0].Count, MostSlotsEver - _extents[0].Count);

    /// <inheritdoc/>
    long IPoolGauge.Used => BytesOf(UsedSlots);

    /// <inheritdoc/>
    long IPoolGauge.HighWater => HighWaterBytes;

    /// <summary>Whether a run could be had under a placement, were the pool empty and grown.</summary>
    internal bool CouldHold(long slots, in Placement placement)
    {
        PoolExtent extent = _extents[0];
        if (MostSlotsEver - extent.Count >= slots) return true;
        ulong first = extent.First.ToAddress(PageSize.Size4K).Value, bytes = (ulong)BytesOf(slots);
        ulong start = Up(first, placement.Alignment);
        if (placement.BoundaryMask != 0 && bytes - 1 > placement.BoundaryMask - (start & placement.BoundaryMask)) start = Up(start, Math.Max(placement.Alignment, placement.BoundaryMask + 1));
        return start >= first && bytes <= (ulong)BytesOf(extent.Count) && start - first <= (ulong)BytesOf(extent.Count) - bytes;

        static ulong Up(ulong address, ulong alignment) => (address + alignment - 1) & (0ul - alignment);
    }

    private long GrowBySlots { get; }

    /// <summary>Gives back what it has grown by and nobody uses, whatever the limits say of when.</summary>
    public void Trim()
    {
        lock (_cold) Shrink();
        _waiters.Freed();
    }

    /// <summary>Name, size and what is free, as <c>bounce-1: 65536 bytes, 4096 free</c>.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0}: {1} bytes, {2} free", Name, Capacity, FreeBytes);

    /// <summary>Gives the memory back. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Slots are still in use: their mappings must be unmapped, and reservations released, first.</exception>
    public void Dispose()
    {
        lock (_cold)
        {
            if (_disposed) return;
            Drain();
            int taken = 0;
            while (taken < _extents.Length && _extents[taken].TryTakeAll()) taken++;
            if (taken < _extents.Length)
            {
                while (--taken >= 0) _extents[taken].Give(_extents[taken].FirstSlot, _extents[taken].Count);
                Throw.Invalid($"{UsedSlots} of {_slots} slots of the pool {Name} are still mapped or reserved{(Holder() is { } most ? $", most of them for {most.Name}" : string.Empty)}: unmap and release before disposing it.");
            }

            // Whoever finds nothing free meanwhile waits to look again, and finds it disposed or not.
            _disposed = true;
        }

        MappingMetrics.Pools.Unregister(this);
        _waiters.Close();
        foreach (PoolExtent extent in _extents) _source.Free(extent.First, extent.Count);
    }

    /// <summary>Notes a mapper.</summary>
    /// <exception cref="ArgumentException">It may not use the pool, or part of the pool is out of its reach.</exception>
    internal void Join(PoolUser user, DmaDevice device)
    {
        if (_options.Device is { } only && only != device && only.Requester != device.Requester)
            Throw.Argument("pool", $"The pool is for {only} alone, not for {device}.");
        if (device.Protection != Protection)
            Throw.Argument("pool", $"The pool's memory is {Protection}, and {device} works with memory that is {device.Protection}: give it a pool whose source hands out such.");
        lock (_cold)
        {
            foreach (PoolExtent extent in _extents)
            {
                if (!user.Reach.Contains(extent.First.ToAddress(PageSize.Size4K).Value, (ulong)BytesOf(extent.Count) - 1))
                    Throw.Argument("pool", $"The pool at {extent.First.ToAddress(PageSize.Size4K)}, {BytesOf(extent.Count)} bytes, lies out of reach of {device}, so copies in it would not help: place it within {device.Constraints.Window}.");
            }

            _users.RemoveAll(known => !known.TryGetTarget(out _));
            _users.Add(new WeakReference<PoolUser>(user));
        }
    }

    /// <summary>Runs a plan, which takes slots and gives them back: who is short meanwhile waits for it.</summary>
    internal object Planning => _cold;

    /// <summary>Counts a refusal.</summary>
    internal void CountShortage() => Interlocked.Increment(ref _shortages);

    /// <summary>Counts a refusal, and says what there was.</summary>
    internal BounceShortage Short(long slots)
    {
        PoolUser? holder = Holder();
        long held = holder?.Held ?? 0;
        BounceShortage shortage = new(BytesOf(slots), FreeBytes, LargestFreeRun, holder?.Name, BytesOf(held), _waiters.Any);

        // Last: who sees the count may free something at once, and what is told is what was short.
        CountShortage();
        return shortage;
    }

    internal void ThrowIfDisposed()
    {
        if (_disposed) Throw.Disposed(nameof(BouncePool));
    }

    /// <summary>Slots that mappings and reservations have.</summary>
    private long UsedSlots
    {
        get
        {
            long used = Volatile.Read(ref _usedCold);
            for (int i = 0; i < CoreLane.Most; i++) used += _lanes[i]?.Used ?? 0;
            return used;
        }
    }

    /// <summary>Who holds most; null where nobody holds any.</summary>
    private PoolUser? Holder()
    {
        PoolUser? holder = null;
        long most = 0;
        lock (_cold)
        {
            foreach (WeakReference<PoolUser> known in _users)
            {
                if (known.TryGetTarget(out PoolUser? user) && user.Held is var held && held > most) (holder, most) = (user, held);
            }
        }

        return holder;
    }

    private static long BytesOf(long slots) => slots << PageSize.Size4K.Shift;

    private static int SlotsOf(long length, string name, long least)
    {
        if (length >> PageSize.Size4K.Shift < least || length % PageSize.Size4K.Bytes != 0 || length >> PageSize.Size4K.Shift > MostSlots)
            Throw.OutOfRange(name, length, $"it must be a multiple of 4096, from {BytesOf(least)} to 2^42");
        return (int)(length >> PageSize.Size4K.Shift);
    }
}
