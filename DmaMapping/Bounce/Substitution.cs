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

    /// <summary>Whether every stretch of substituted frames got consecutive slots, placed where the device's rules cut them least.</summary>
    internal bool IsPlacedBest { readonly get; private set; } = true;

    /// <summary>The last slot taken; none for none.</summary>
    internal readonly int LastSlot => _lastSlot;

    /// <summary>Whether the last byte lies inside a frame that stands uncopied: whoever reaches it reaches what follows it in that frame.</summary>
    internal readonly bool EndsInsideHome
        => ((_offset + Length) & (FrameSize.Bytes - 1)) != 0
        && (_lastSlot == BounceSlots.None || _pool.Slots[_lastSlot].ViewOffset + _pool.Slots[_lastSlot].Length != Length);

    internal readonly PfnView View => new(_frames.Slice(0, (int)FrameSize.FramesFor(_offset + Length)), FrameSize, _offset, Length);

    internal static long FramesOf(scoped in PfnView view)
        => FrameSize.FramesFor((view.Offset & (FrameSize.Bytes - 1)) + view.Length);

    /// <summary>
    /// Puts slots in the place of what must bounce; under the pool's lock. Not filled with bytes yet.
    /// On a refusal whatever was taken is still held, for <see cref="Release"/>.
    /// </summary>
    /// <returns><see cref="MapStatus.Mapped"/>, or the refusal with its frame.</returns>
    internal MapStatus Substitute(BounceChoice choice, bool everything, bool deviceWrites, MapOptions options, out int failedFrame)
    {
        bool prefix = (options & MapOptions.Prefix) != 0;
        bool takesTurns = (options & MapOptions.TakesTurns) != 0;
        int count = _frames.Length;
        for (int i = 0; i < count;)
        {
            failedFrame = i;
            int stretch = 0;
            while (i + stretch < count
                && (everything || choice.MustBounce(_frames[i + stretch], FromOf(i + stretch), ToOf(i + stretch)))
                && choice.KeepsBits(_frames[i], _frames[i + stretch], stretch)) stretch++;
            if (stretch == 0)
            {
                i++;
                continue;
            }

            MapStatus status = SubstituteStretch(choice, i, stretch, deviceWrites, takesTurns, ref failedFrame);
            if (status != MapStatus.Mapped)
            {
                if (!prefix || failedFrame == 0) return status;
                Length = ViewOffsetOf(failedFrame);
                break;
            }

            i += stretch;
        }

        if (deviceWrites && ((choice.BouncesPartialFrames && StandsUncopied(out failedFrame)) || EdgeStandsCopied(out failedFrame)))
        {
            if (!prefix || failedFrame == 0) return MapStatus.WouldDiverge;
            Length = ViewOffsetOf(failedFrame);
            Release(Length);
        }

        failedFrame = -1;
        return MapStatus.Mapped;
    }

    /// <summary>Frees the slots at and after an offset of the view, and clips the one that it falls into; under the pool's lock.</summary>
    internal void Release(long from)
    {
        Length = Math.Min(Length, from);
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
        for (int freed = slot; freed != BounceSlots.None; freed = slots[freed].NextInMapping) BouncedBytes -= slots[freed].Length;
        _pool.FreeAll(slot);
    }

    private MapStatus SubstituteStretch(BounceChoice choice, int first, int stretch, bool deviceWrites, bool takesTurns, ref int failedFrame)
    {
        for (int done = 0; done < stretch;)
        {
            // Consecutive slots where there are any, else as many at a time as lie together.
            int run = stretch - done;
            int slot;
            while (!TryTake(choice, _frames[first + done], run, out slot))
            {
                failedFrame = first + done;
                if (run == 1) return MapStatus.NoBounceSpace;
                run = Math.Max(1, Math.Min(run - 1, _pool.FreeSlots < run ? _pool.FreeSlots : run / 2));
            }

            for (int i = 0; i < run; i++)
            {
                int frame = first + done + i;
                MapStatus status = Enter(slot + i, frame, choice, deviceWrites, takesTurns);
                if (status == MapStatus.Mapped) continue;
                for (int unused = i; unused < run; unused++) _pool.Free(slot + unused);
                failedFrame = frame;
                return status;
            }

            done += run;
        }

        return MapStatus.Mapped;
    }

    /// <summary>Takes consecutive slots for a run that starts at a home, placed best where that is to be had.</summary>
    private bool TryTake(BounceChoice choice, Pfn home, int run, out int slot)
    {
        // Slots before the first are taken along where address bits above those of a frame must be kept, and freed at once.
        int lead = choice.LeadFor(home, _pool);
        if (_pool.TryTake(lead + run, choice.PlacementOf(lead + run), out slot))
        {
            for (; lead > 0; lead--) _pool.Free(slot++);
            return true;
        }

        IsPlacedBest = false;
        return !choice.KeepsFrameBits && _pool.TryTake(run, default, out slot);
    }

    /// <summary>
    /// Whether a frame that is bounced because it is covered partly, so the first or the last, also stands in the view whole,
    /// and so uncopied: what the device writes to the one would overwrite the other.
    /// </summary>
    /// <param name="frame">Index of the later of the two.</param>
    private readonly bool StandsUncopied(out int frame)
    {
        ReadOnlySpan<Pfn> frames = _frames.Slice(0, View.Frames.Length);
        frame = -1;
        if (FirstSlot == BounceSlots.None) return false;
        ref BounceSlot head = ref _pool.Slots[FirstSlot];
        ref BounceSlot tail = ref _pool.Slots[_lastSlot];
        if (head.ViewOffset == 0 && head.Length < FrameSize.Bytes) frame = frames.IndexOf(new Pfn(head.Home));
        if (frame < 0 && tail.Length < FrameSize.Bytes && frames.IndexOf(new Pfn(tail.Home)) >= 0) frame = frames.Length - 1;
        return frame >= 0;
    }

    /// <summary>
    /// Whether the first or the last frame, covered partly and left where it is, also stands in the view as a copy: the part is
    /// within reach and the whole is not, where the device's window ends inside a frame.
    /// </summary>
    /// <param name="frame">Index of the later of the two.</param>
    private readonly bool EdgeStandsCopied(out int frame)
    {
        frame = -1;
        if (FirstSlot == BounceSlots.None) return false;
        int last = View.Frames.Length - 1;
        bool headStays = FromOf(0) > 0 && _pool.Slots[FirstSlot].ViewOffset > 0;
        bool tailStays = ToOf(last) < FrameSize.Bytes && EndsInsideHome;
        if (!headStays && !tailStays) return false;
        for (int slot = FirstSlot; slot != BounceSlots.None; slot = _pool.Slots[slot].NextInMapping)
        {
            ref BounceSlot copy = ref _pool.Slots[slot];
            if (headStays && copy.Home == _frames[0].Value && copy.To > FromOf(0)) frame = (int)((_offset + copy.ViewOffset) >> FrameSize.Shift);
            else if (tailStays && copy.Home == _frames[last].Value && copy.From < ToOf(last)) frame = last;
            if (frame >= 0) return true;
        }

        return false;
    }

    private MapStatus Enter(int slot, int frame, BounceChoice choice, bool deviceWrites, bool takesTurns)
    {
        if (!choice.MayCopy(_frames[frame])) return MapStatus.UnreachableFrame;
        ref BounceSlot entry = ref _pool.Slots[slot];
        entry.Home = _frames[frame].Value;
        entry.ViewOffset = ViewOffsetOf(frame);
        entry.From = FromOf(frame);
        entry.To = ToOf(frame);
        entry.DeviceWrites = deviceWrites;
        entry.TakesTurns = takesTurns;
        entry.FirstInMapping = FirstSlot == BounceSlots.None ? slot : FirstSlot;
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
