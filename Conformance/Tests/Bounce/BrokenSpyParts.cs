using System;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Slots whose rest is not zero.</summary>
internal sealed class DirtySlots : SpyParts
{
    public override IDmaMapper Below(SpyDevice device, SpyMemory memory, IDmaMapper inner) => new Dirty(memory, inner);

    private sealed class Dirty(SpyMemory memory, IDmaMapper inner) : MapperWrapper(inner)
    {
        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            PhysicalAddress start = view.Frames[0].ToAddress(view.PageSize);
            if (view.Offset > 0 && memory.IsInPool(start)) memory.Access(start, 1)[0] = 0xAA;
            return base.Map(view, direction, segments, options);
        }
    }
}

/// <summary>Every so often, a slot that another mapping got before. Thread-safe.</summary>
internal sealed class SharedSlots : SpyParts
{
    private const int Every = 50;

    private int _count;
    private ulong _last;

    public override IDmaMapper Below(SpyDevice device, SpyMemory memory, IDmaMapper inner) => new Shared(this, memory, inner);

    private sealed class Shared(SharedSlots parts, SpyMemory memory, IDmaMapper inner) : MapperWrapper(inner)
    {
        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            if (view.PageSize.Shift != PageSize.Size4K.Shift || !memory.IsInPool(view.Frames[0].ToAddress(view.PageSize))) return base.Map(view, direction, segments, options);
            ulong last = Interlocked.Exchange(ref parts._last, view.Frames[0].Value);
            if (last == 0 || Interlocked.Increment(ref parts._count) % Every != 0) return base.Map(view, direction, segments, options);
            Pfn[] frames = view.Frames.ToArray();
            memory.Access(frames[0].ToAddress(PageSize.Size4K), 4096).CopyTo(memory.Access(new Pfn(last).ToAddress(PageSize.Size4K), 4096));
            frames[0] = new Pfn(last);
            return base.Map(new PfnView(frames, view.PageSize, view.Offset, view.Length), direction, segments, options);
        }
    }
}
