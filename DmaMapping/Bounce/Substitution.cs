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
    private const int FrameBytes = 4096;
    private static readonly PageSize FrameSize = PageSize.Size4K;

    private readonly BouncePool _pool;
    private readonly ReservedSlots? _reserved;
    private readonly SubstitutionScratch _scratch;
    private readonly Span<Pfn> _frames;
    private readonly long _offset;
    private bool _isEntered;
    private bool _isGivenBack;
    private MemoryRegion _region;

    /// <summary>Expands a view into 4 KiB frames; nothing is substituted yet.</summary>
    /// <param name="pool">Where the slots are.</param>
    /// <param name="view">The view, of at most 2^31 - 1 such frames.</param>
    /// <param name="scratch">Nobody else's for as long as this is used.</param>
    /// <param name="reserved">Where slots are taken from; null for the pool.</param>
    internal Substitution(BouncePool pool, scoped in PfnView view, SubstitutionScratch scratch, ReservedSlots? reserved)
    {
        _pool = pool;
        _reserved = reserved;
        _scratch = scratch;
        _offset = view.Offset & (FrameBytes - 1);
        Length = view.Length;
        _frames = scratch.Frames((int)FramesOf(view));
        int count = 0;
        foreach (FrameRun run in view.Runs)
        {
            ulong first = run.Address.FrameOf(FrameSize).Value;
            int frames = (int)FrameSize.FramesFor(run.Address.OffsetIn(FrameSize) + run.Length);
            Span<Pfn> expanded = _frames.Slice(count, frames);
            for (int i = 0; i < expanded.Length; i++) expanded[i] = new Pfn(first + (ulong)i);
            count += frames;
        }
    }

    /// <summary>Bytes of the view, or of the prefix of it that there were slots for.</summary>
    internal long Length { readonly get; private set; }

    /// <summary>What was substituted, in the order of the view.</summary>
    internal readonly ReadOnlySpan<BouncePiece> Pieces => _scratch.Pieces;

    /// <summary>The slot that the first piece stands at; none for none.</summary>
    internal readonly int FirstSlot => _scratch.PieceCount == 0 ? BouncePiece.None : _scratch.Pieces[0].Slot;

    /// <summary>The slot that the last piece stands at; none for none.</summary>
    internal readonly int LastSlot => _scratch.PieceCount == 0 ? BouncePiece.None : _scratch.LastPiece.Slot;

    internal long BouncedBytes { readonly get; private set; }

    internal int SlotCount { readonly get; private set; }

    /// <summary>Whether every stretch of substituted frames got consecutive slots, placed where the device's rules cut them least.</summary>
    internal bool IsPlacedBest { readonly get; private set; } = true;

    /// <summary>Whether the last byte lies inside a frame that stands uncopied: whoever reaches it reaches what follows it in that frame.</summary>
    internal readonly bool EndsInsideHome
        => ((_offset + Length) & (FrameBytes - 1)) != 0
        && (_scratch.PieceCount == 0 || _scratch.LastPiece.EndInView != Length);

    internal readonly PfnView View => new(_frames.Slice(0, (int)FrameSize.FramesFor(_offset + Length)), FrameSize, _offset, Length);

    internal static long FramesOf(scoped in PfnView view)
        => FrameSize.FramesFor((view.Offset & (FrameBytes - 1)) + view.Length);

    /// <summary>
    /// Puts slots in the place of what must bounce. Not filled with bytes yet.
    /// On a refusal whatever was taken is still held, for <see cref="Release"/>.
    /// </summary>
    /// <param name="choice">What must bounce, and where slots are wanted.</param>
    /// <param name="copying">How much of it does; the fewest bytes are those that the scratch has chosen.</param>
    /// <param name="deviceWrites">Whether the device may write the bytes.</param>
    /// <param name="options">How they are mapped.</param>
    /// <param name="keep">Whether copies are entered under their homes; otherwise it is only asked whether they could be.</param>
    /// <param name="failedFrame">The frame, of 4 KiB, that a refusal is about.</param>
    /// <returns><see cref="MapStatus.Mapped"/>, or the refusal.</returns>
    internal MapStatus Substitute(BounceChoice choice, Copying copying, bool deviceWrites, MapOptions options, bool keep, out int failedFrame)
    {
        bool prefix = (options & MapOptions.Prefix) != 0;
        MapStatus status = TakeSlots(choice, copying, out failedFrame);
        bool stops = status != MapStatus.Mapped && (!prefix || failedFrame == 0);
        if (status != MapStatus.Mapped && !stops) Truncate(ViewOffsetOf(failedFrame));
        Link(deviceWrites, (options & MapOptions.TakesTurns) != 0);

        // What lies before the frame that stops a mapping may be refused for another reason.
        while (!_pool.Homes.TryEnter(Pieces, keep && !stops, out long conflict))
        {
            failedFrame = FrameAt(conflict);
            if (!prefix || failedFrame == 0) return MapStatus.WouldDiverge;
            Truncate(ViewOffsetOf(failedFrame));
        }

        if (stops) return status;
        _isEntered = keep;
        if (deviceWrites && ((choice.BouncesPartialFrames && StandsUncopied(out failedFrame)) || EdgeStandsCopied(out failedFrame)))
        {
            if (!prefix || failedFrame == 0) return MapStatus.WouldDiverge;
            Truncate(ViewOffsetOf(failedFrame));
        }

        if (deviceWrites && copying == Copying.Fewest && TwinStandsUncopied(out failedFrame))
        {
            if (!prefix || failedFrame == 0) return MapStatus.WouldDiverge;
            Truncate(ViewOffsetOf(failedFrame));
        }

        failedFrame = -1;
        return MapStatus.Mapped;
    }

    /// <summary>Frees the slots at and after an offset of the view, and clips the piece that it falls into.</summary>
    internal void Truncate(long from)
    {
        Length = Math.Min(Length, from);
        int given = 0, first = BouncePiece.None;
        while (_scratch.PieceCount > 0 && _scratch.LastPiece.EndInView > from)
        {
            ref BouncePiece last = ref _scratch.LastPiece;
            int keptBytes = (int)Math.Max(0, from - last.ViewOffset);
            BouncedBytes -= last.Length - keptBytes;
            int end = last.EndSlot;
            if (keptBytes == 0)
            {
                if (_isEntered) _pool.Homes.Leave(last.Slot);
                _scratch.RemoveLastPiece();
            }
            else
            {
                if (_isEntered) _pool.Homes.Clip(last.Slot, keptBytes);
                last.Length = keptBytes;
            }

            first = keptBytes == 0 ? last.Slot : last.EndSlot;

            // Pieces are freed from the last on, and each run that they make up as one.
            given += end - first;
            if (last.BeginsRun && keptBytes == 0) given = Give(first, given);
        }

        if (given > 0) Give(first, given);
        if (first == BouncePiece.None || _scratch.PieceCount == 0) return;
        _scratch.LastPiece.NextInMapping = BouncePiece.None;
        if (_isEntered) _pool.Table[_scratch.LastPiece.Slot].NextInMapping = BouncePiece.None;
    }

    /// <summary>Frees all slots. What was reserved is as it was.</summary>
    internal void Release()
    {
        Truncate(0);
        _isEntered = false;
        _reserved?.Reset();
    }

    /// <summary>Frees all slots, and goes on telling which there were: for a plan, which holds nothing while it asks others.</summary>
    internal void GiveBack()
    {
        Span<BouncePiece> pieces = _scratch.Pieces;
        for (int last = pieces.Length - 1; last >= 0;)
        {
            // From the last on, so that they are taken again in the same order.
            int first = last;
            while (!pieces[first].BeginsRun) first--;
            Give(pieces[first].Slot, pieces[last].EndSlot - pieces[first].Slot);
            last = first - 1;
        }

        _isGivenBack = true;
    }

    /// <summary>Frees consecutive slots, unless they are of a reservation, which keeps them until it is spent or released.</summary>
    /// <returns>0</returns>
    private int Give(int slot, int count)
    {
        SlotCount -= count;
        if (_isGivenBack) return 0;
        if (_reserved is null) _pool.Give(slot, count);
        else _reserved.PassOver(slot, count);
        return 0;
    }

    private MapStatus TakeSlots(BounceChoice choice, Copying copying, out int failedFrame)
    {
        int count = _frames.Length;
        bool everything = copying == Copying.Everything;
        if (copying == Copying.Fewest)
        {
            foreach (CopyStretch bytes in _scratch.Fewest.Copied)
            {
                int first = FrameAt(bytes.From);
                MapStatus status = SubstituteStretch(choice, first, FrameAt(bytes.End - 1) + 1 - first, out failedFrame);
                if (status != MapStatus.Mapped) return status;
            }

            failedFrame = -1;
            return MapStatus.Mapped;
        }

        for (int i = 0; i < count;)
        {
            int stretch = 0;
            while (i + stretch < count
                && (everything || choice.MustBounce(_frames[i + stretch], FromOf(i + stretch), ToOf(i + stretch)))
                && (!choice.KeepsFrameBits || choice.KeepsBits(_frames[i], _frames[i + stretch], stretch))) stretch++;
            if (stretch == 0)
            {
                i++;
                continue;
            }

            MapStatus status = SubstituteStretch(choice, i, stretch, out failedFrame);
            if (status != MapStatus.Mapped) return status;
            i += stretch;
        }

        failedFrame = -1;
        return MapStatus.Mapped;
    }

    private MapStatus SubstituteStretch(BounceChoice choice, int first, int stretch, out int failedFrame)
    {
        failedFrame = -1;
        int end = first + stretch;
        int limit = end;
        for (int frame = first; frame < end; frame++)
        {
            if (MayCopy(_frames[frame])) continue;
            limit = frame;
            break;
        }

        for (int at = first; at < limit;)
        {
            // Consecutive slots where there are any, else as many at a time as lie together.
            int run = limit - at;
            int slot;
            while (!TryTake(choice, _frames[at], run, out slot))
            {
                failedFrame = at;
                if (run == 1) return MapStatus.NoBounceSpace;
                run = Math.Max(1, run / 2);
            }

            AddPieces(at, run, slot);
            at += run;
        }

        failedFrame = limit;
        return limit < end ? MapStatus.UnreachableFrame : MapStatus.Mapped;
    }

    /// <summary>Takes consecutive slots for a run that starts at a home, placed best where that is to be had.</summary>
    private bool TryTake(BounceChoice choice, Pfn home, int run, out int slot)
    {
        // Slots before the first are taken along where address bits above those of a frame must be kept, and freed at once.
        int lead = choice.KeepsFrameBits ? choice.LeadFor(home, _pool) : 0;
        if (lead <= _pool.MostSlotsEver - run && TryTake(lead + run, choice.PlacementOf(lead + run), out slot))
        {
            if (lead > 0)
            {
                SlotCount += lead;
                Give(slot, lead);
                slot += lead;
            }

            return true;
        }

        slot = BouncePiece.None;
        IsPlacedBest = false;
        return !choice.KeepsFrameBits && TryTake(run, default, out slot);
    }

    private readonly bool TryTake(int count, in Placement placement, out int slot)
        => _reserved is null ? _pool.TryTake(count, placement, out slot) : _reserved.TryTake(count, placement, out slot);

    /// <summary>Cuts a run of slots into pieces where homes do not follow each other, and where a home block ends.</summary>
    private void AddPieces(int first, int count, int slot)
    {
        SlotCount += count;
        Pfn pfn = _pool.Table.FrameOf(slot);
        for (int at = 0; at < count;)
        {
            int frame = first + at;
            ulong home = _frames[frame].Value;
            int most = Math.Min(count - at, (BouncePiece.BlockBytes / FrameBytes) - ((int)home & ((BouncePiece.BlockBytes / FrameBytes) - 1)));
            int frames = 1;
            while (frames < most && _frames[frame + frames].Value == home + (ulong)frames) frames++;

            ref BouncePiece piece = ref _scratch.AddPiece();
            int from = FromOf(frame);
            piece.Home = (home << FrameSize.Shift) + (ulong)from;
            piece.ViewOffset = ViewOffsetOf(frame);
            piece.Length = ((frames - 1) << FrameSize.Shift) + ToOf(frame + frames - 1) - from;
            piece.Slot = slot + at;
            piece.BeginsRun = at == 0;
            BouncedBytes += piece.Length;
            at += frames;
        }

        Span<Pfn> substituted = _frames.Slice(first, count);
        for (int i = 0; i < substituted.Length; i++) substituted[i] = pfn + i;
    }

    private readonly void Link(bool deviceWrites, bool takesTurns)
    {
        Span<BouncePiece> pieces = _scratch.Pieces;
        for (int i = 0; i < pieces.Length; i++)
        {
            ref BouncePiece piece = ref pieces[i];
            piece.DeviceWrites = deviceWrites;
            piece.TakesTurns = takesTurns;
            piece.FirstInMapping = pieces[0].Slot;
            piece.NextInMapping = i + 1 < pieces.Length ? pieces[i + 1].Slot : BouncePiece.None;
        }
    }

    /// <summary>Whether a frame has a page behind it: device memory and protected memory are never copied away.</summary>
    private bool MayCopy(Pfn frame)
    {
        PhysicalAddress address = frame.ToAddress(FrameSize);
        if (!_region.Contains(address)) _region = _pool.Memory.RegionAt(address);
        return _region.Kind == MemoryKind.PageBacked;
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
        if (_scratch.PieceCount == 0) return false;
        ref BouncePiece head = ref _scratch.Pieces[0];
        ref BouncePiece tail = ref _scratch.LastPiece;
        if (head.ViewOffset == 0 && (head.FromInFrame != 0 || head.Length < FrameBytes)) frame = frames.IndexOf(new Pfn(head.Home >> FrameSize.Shift));
        ulong end = tail.Home + (ulong)tail.Length;
        if (frame < 0 && ((int)end & (FrameBytes - 1)) != 0 && frames.IndexOf(new Pfn(end >> FrameSize.Shift)) >= 0) frame = frames.Length - 1;
        return frame >= 0;
    }

    /// <summary>
    /// Whether a frame that stands twice in the view is a copy in one place and not in the other: the fewest bytes are chosen place by
    /// place, not frame by frame.
    /// </summary>
    /// <param name="frame">Index of the later of the first two.</param>
    private readonly bool TwinStandsUncopied(out int frame)
    {
        frame = int.MaxValue;
        Span<BouncePiece> pieces = _scratch.Pieces;
        CopiedHomes copied = _scratch.SortedHomes();
        int next = 0;
        for (int i = 0, count = View.Frames.Length; i < count; i++)
        {
            if (next < pieces.Length && ViewOffsetOf(i) >= pieces[next].ViewOffset)
            {
                i = FrameAt(pieces[next++].EndInView - 1);
                continue;
            }

            ulong home = (_frames[i].Value << FrameSize.Shift) + (ulong)FromOf(i);
            int twin = copied.Find(pieces, home, ToOf(i) - FromOf(i));
            if (twin < 0) continue;
            long at = pieces[twin].ViewOffset + (long)(Math.Max(home, pieces[twin].Home) - pieces[twin].Home);
            frame = Math.Min(frame, Math.Max(i, FrameAt(at)));
        }

        if (frame != int.MaxValue) return true;
        frame = -1;
        return false;
    }

    /// <summary>
    /// Whether the first or the last frame, covered partly and left where it is, also stands in the view as a copy: the part is
    /// within reach and the whole is not, where the device's window ends inside a frame.
    /// </summary>
    /// <param name="frame">Index of the later of the two.</param>
    private readonly bool EdgeStandsCopied(out int frame)
    {
        frame = -1;
        if (_scratch.PieceCount == 0) return false;
        int last = View.Frames.Length - 1;
        bool headStays = FromOf(0) > 0 && _scratch.Pieces[0].ViewOffset > 0;
        bool tailStays = ToOf(last) < FrameBytes && EndsInsideHome;
        if (!headStays && !tailStays) return false;
        foreach (ref BouncePiece copy in _scratch.Pieces)
        {
            if (headStays && TryOverlap(copy, (_frames[0].Value << FrameSize.Shift) + (ulong)FromOf(0), FrameBytes - FromOf(0), out long at)) frame = (int)((_offset + at) >> FrameSize.Shift);
            else if (tailStays && TryOverlap(copy, _frames[last].Value << FrameSize.Shift, ToOf(last), out _)) frame = last;
            if (frame >= 0) return true;
        }

        return false;
    }

    /// <summary>Whether a piece copies one of some bytes.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="home">Where they are at home.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="viewOffset">Offset in the view of the first of them that it copies.</param>
    private static bool TryOverlap(in BouncePiece piece, ulong home, int length, out long viewOffset)
    {
        ulong first = Math.Max(piece.Home, home);
        viewOffset = piece.ViewOffset + (long)(first - piece.Home);
        return piece.Home - home < (ulong)length || home - piece.Home < (ulong)piece.Length;
    }

    private readonly int FrameAt(long viewOffset) => (int)((_offset + viewOffset) >> FrameSize.Shift);

    private readonly int FromOf(int frame) => frame == 0 ? (int)_offset : 0;

    private readonly int ToOf(int frame) => (int)Math.Min(FrameBytes, _offset + Length - ((long)frame << FrameSize.Shift));

    private readonly long ViewOffsetOf(int frame) => frame == 0 ? 0 : ((long)frame << FrameSize.Shift) - _offset;
}
