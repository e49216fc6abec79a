using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A view with slots in the place of some of its frames. Bouncing is no more than this: the substituted array is mapped
/// like any other, by whatever mapper serves the device, and every byte keeps its offset in its frame.
/// <code>
///   view         | h0 | h1 | h2 | h3 |      h1 and h2 are out of the device's reach
///   substituted  | h0 | s7 | s8 | h3 |      s7 and s8 are consecutive slots
/// </code>
/// </summary>
internal ref struct Substitution
{
    private static readonly PageSize FrameSize = PageSize.Size4K;

    private readonly BouncePool _pool;
    private readonly Span<Pfn> _frames;
    private readonly long _offset;
    private int _lastSlot;

    /// <summary>Expands a view into 4 KiB frames, into at least <see cref="FramesOf"/> entries; nothing is substituted yet.</summary>
    internal Substitution(BouncePool pool, scoped in PfnView view, Span<Pfn> scratch)
    {
        _pool = pool;
        _offset = view.Offset & (FrameSize.Bytes - 1);
        Length = view.Length;
        FirstSlot = _lastSlot = BounceSlots.None;
        int count = 0;
        foreach (FrameRun run in view.Runs)
        {
            ulong first = run.Address.FrameOf(FrameSize).Value;
            long frames = FrameSize.FramesFor(run.Address.OffsetIn(FrameSize) + run.Length);
            for (long i = 0; i < frames; i++) scratch[count++] = new Pfn(first + (ulong)i);
        }

        _frames = scratch.Slice(0, count);
    }

    /// <summary>Bytes of the view, or of the prefix of it that there were slots for.</summary>
    internal long Length { readonly get; private set; }

    /// <summary>The first slot taken, from where the others follow in the order of the view; none for none.</summary>
    internal int FirstSlot { readonly get; private set; }

    internal long BouncedBytes { readonly get; private set; }

    /// <summary>Whether every stretch of substituted frames got consecutive slots.</summary>
    internal bool IsContiguous { readonly get; private set; } = true;

    internal readonly PfnView View => new(_frames.Slice(0, (int)FrameSize.FramesFor(_offset + Length)), FrameSize, _offset, Length);

    internal static long FramesOf(scoped in PfnView view)
        => FrameSize.FramesFor((view.Offset & (FrameSize.Bytes - 1)) + view.Length);

    /// <summary>
    /// Puts slots in the place of what must bounce; under the pool's lock. Not filled with bytes yet.
    /// On a refusal whatever was taken is still held, for <see cref="Release"/>.
    /// </summary>
    /// <returns><see cref="MapStatus.Mapped"/>, or the refusal with its frame.</returns>
    internal MapStatus Substitute(BounceChoice choice, bool everything, bool deviceWrites, bool prefix, out int failedFrame)
    {
        int count = _frames.Length;
        for (int i = 0; i < count;)
        {
            failedFrame = i;
            int stretch = 0;
            while (i + stretch < count && (everything || choice.MustBounce(_frames[i + stretch], FromOf(i + stretch), ToOf(i + stretch)))) stretch++;
            if (stretch == 0)
            {
                i++;
                continue;
            }

            MapStatus status = SubstituteStretch(choice, i, stretch, deviceWrites, ref failedFrame);
            if (status != MapStatus.Mapped)
            {
                if (!prefix || failedFrame == 0) return status;
                Length = ViewOffsetOf(failedFrame);
                break;
            }

            i += stretch;
        }

        failedFrame = -1;
        return MapStatus.Mapped;
    }

    /// <summary>Frees the slots at and after an offset of the view, and clips the one that it falls into; under the pool's lock.</summary>
    internal void Release(long from)
    {
        BounceSlots slots = _pool.Slots;
        int kept = BounceSlots.None;
        int slot = FirstSlot;
        while (slot != BounceSlots.None && slots[slot].ViewOffset < from)
        {
            ref BounceSlot clipped = ref slots[slot];
            long past = clipped.ViewOffset + clipped.Length - from;
            if (past > 0)
            {
                clipped.To -= (int)past;
                BouncedBytes -= past;
            }

            kept = slot;
            slot = clipped.NextInMapping;
        }

        if (kept == BounceSlots.None) FirstSlot = BounceSlots.None;
        else slots[kept].NextInMapping = BounceSlots.None;
        _lastSlot = kept;
        while (slot != BounceSlots.None)
        {
            int next = slots[slot].NextInMapping;
            BouncedBytes -= slots[slot].Length;
            slots.Leave(slot);
            _pool.Free(slot);
            slot = next;
        }
    }

    private MapStatus SubstituteStretch(BounceChoice choice, int first, int stretch, bool deviceWrites, ref int failedFrame)
    {
        for (int done = 0; done < stretch;)
        {
            // Consecutive slots where there are any, else as many at a time as lie together.
            int run = stretch - done;
            int slot;
            while (!_pool.TryTake(run, choice.PlacementOf(run), out slot) && !_pool.TryTake(run, default, out slot))
            {
                IsContiguous = false;
                failedFrame = first + done;
                if (run == 1) return MapStatus.NoBounceSpace;
                run /= 2;
            }

            for (int i = 0; i < run; i++)
            {
                int frame = first + done + i;
                MapStatus status = Enter(slot + i, frame, choice, deviceWrites);
                if (status == MapStatus.Mapped) continue;
                for (int unused = i; unused < run; unused++) _pool.Free(slot + unused);
                failedFrame = frame;
                return status;
            }

            done += run;
        }

        return MapStatus.Mapped;
    }

    private MapStatus Enter(int slot, int frame, BounceChoice choice, bool deviceWrites)
    {
        if (!choice.MayCopy(_frames[frame])) return MapStatus.UnreachableFrame;
        ref BounceSlot entry = ref _pool.Slots[slot];
        entry.Home = _frames[frame].Value;
        entry.ViewOffset = ViewOffsetOf(frame);
        entry.From = FromOf(frame);
        entry.To = ToOf(frame);
        entry.DeviceWrites = deviceWrites;
        entry.NextInMapping = BounceSlots.None;
        if (!_pool.Slots.TryEnter(slot)) return MapStatus.WouldDiverge;

        if (_lastSlot == BounceSlots.None) FirstSlot = slot;
        else _pool.Slots[_lastSlot].NextInMapping = slot;
        _lastSlot = slot;
        BouncedBytes += entry.Length;
        _frames[frame] = _pool.FrameOf(slot);
        return MapStatus.Mapped;
    }

    private readonly int FromOf(int frame) => frame == 0 ? (int)_offset : 0;

    private readonly int ToOf(int frame) => (int)Math.Min(FrameSize.Bytes, _offset + Length - ((long)frame << FrameSize.Shift));

    private readonly long ViewOffsetOf(int frame) => frame == 0 ? 0 : ((long)frame << FrameSize.Shift) - _offset;
}
