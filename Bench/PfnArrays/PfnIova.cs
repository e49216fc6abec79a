using System.Numerics;
using DmaMapping;

namespace Bench;

/// <summary>The library's IOVA allocator, compiled in from its source, without tables behind it. It locks itself.</summary>
internal sealed class PfnIova(ulong lowest = 1, ulong limit = LinuxIovaAllocator.LastPage48) : IAddressAllocator
{
    private readonly IovaAllocator _space = new([(lowest, limit)], new NoTables());

    /// <inheritdoc/>
    public ulong Allocate(ulong pages, out int note)
    {
        if (_space.Take(OrderOf(pages), lowFirst: false, out int slot, out _) is not { } lane)
        {
            note = -1;
            return 0;
        }

        ulong first = lane.At(slot).Block;
        note = (slot << LaneSet.IndexBits) | lane.Index;
        _space.Leave(lane);
        return first;
    }

    /// <inheritdoc/>
    public void Free(ulong first, ulong pages, int note)
    {
        Lane lane = _space.Lanes[note & (LaneSet.Count - 1)]!;
        lane.Gate.Enter();
        lane.Give(note >> LaneSet.IndexBits);
        _space.Leave(lane);
    }

    private static int OrderOf(ulong pages) => pages <= 1 ? 0 : BitOperations.Log2(pages - 1) + 1;

    private sealed class NoTables : ISpanTables
    {
        public bool TryLink(IovaSpan span) => true;

        public void Unlink(IovaSpan span)
        {
        }

        public void Remove(ulong page, int order)
        {
        }

        public void Flush()
        {
        }

        public void Freed()
        {
        }
    }
}
