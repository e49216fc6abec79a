using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Maps through another mapper, after putting slots of a bounce pool in the place of the frames that must bounce. Only what
/// must bounce does: frames within reach stay where they are, and one mapping may mix both.
/// <para>
/// A bounced byte is a private copy. It is filled from its home when mapped (whatever the direction, so that a device
/// that writes only part of a view brings home what was there) and at <see cref="SyncForDevice"/>; it goes home at
/// <see cref="SyncForCpu"/> and when unmapped, where the device may write (for one that takes turns, only at the former). What else a device sees in a slot is zero.
/// </para>
/// Thread-safe. Allocates nothing per mapping in steady state.
/// </summary>
public sealed partial class BounceMapper : IDmaMapper
{
    /// <summary>Most 4 KiB frames of a view that slots are put into: 4 TiB, more than any pool.</summary>
    private const int MostFrames = 1 << 30;

    private readonly IDmaMapper _inner;

    /// <summary>The wrapped mapper where it keeps nothing for a mapping, so that none need be kept there beside the one here.</summary>
    private readonly DirectMapper? _direct;
    private readonly BouncePool _pool;
    private readonly PoolUser _user;
    private readonly BounceReach _reach;
    private readonly bool _bouncesEverything;
    private readonly bool _innerBounces;
    private readonly BounceChoice _choice;
    private readonly BounceCopies _copies;
    private readonly MappingTable<Record> _mappings;

    /// <summary>A mapper that bounces what another one cannot reach.</summary>
    /// <param name="inner">Maps for the device; its constraints and reach decide what must bounce.</param>
    /// <param name="pool">Where the copies live. It lies wholly within the device's reach.</param>
    /// <param name="mode">What is bounced.</param>
    /// <exception cref="ArgumentNullException">No mapper or no pool.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such mode.</exception>
    /// <exception cref="ArgumentException">Part of the pool is out of the device's reach, or the pool is another device's, or of memory that is protected otherwise.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public BounceMapper(IDmaMapper inner, BouncePool pool, BounceMode mode = BounceMode.WhatMust)
    {
        _inner = Throw.IfNull(inner, nameof(inner));
        _direct = inner as DirectMapper;
        _pool = Throw.IfNull(pool, nameof(pool));
        if ((mode & ~(BounceMode.PartialFrames | BounceMode.Everything)) != 0) Throw.OutOfRange(nameof(mode), mode, "it must be WhatMust, PartialFrames, Everything, or the last two together");
        _reach = new BounceReach(inner.Profile);
        _copies = new BounceCopies(pool);
        bool partialFrames = (mode & BounceMode.PartialFrames) != 0;
        _bouncesEverything = (mode & BounceMode.Everything) != 0;
        _innerBounces = inner.Profile.BounceCapacity > 0;
        _choice = new BounceChoice(inner.Profile, _reach, partialFrames);
        Vouches = mode == BounceMode.WhatMust ? MapOptions.None : MapOptions.RestIsZero;
        _mappings = new MappingTable<Record>(inner.Profile.Device.Name);
        _reservations = new MappingTable<SlotGrant>(inner.Profile.Device.Name, "reservation");
        MappingTable<Record> mappings = _mappings;
        _user = new PoolUser(inner.Profile.Device.Name, _reach, () => mappings.Weight);
        pool.Join(_user, inner.Profile.Device);
        Profile = new MapperProfile(inner.Profile)
        {
            BounceCapacity = pool.MostCapacity,
            BouncesEverything = _bouncesEverything,
            BouncesPartialFrames = partialFrames,
        };
    }

    /// <inheritdoc/>
    public MapperProfile Profile { get; }

    /// <summary>Mappings that are live.</summary>
    public int LiveMappings => _mappings.LiveCount;

    /// <summary>The mapper as its pool knows it.</summary>
    internal PoolUser User => _user;

    /// <summary>What is said to the wrapped mapper of a substituted view: whoever bounces partial frames has zeroed the rest of them.</summary>
    private MapOptions Vouches { get; }

    /// <inheritdoc/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        Segmenting.Check(view, direction, options);
        if (ForbidsNeededCopy(view, options)) return new MapPlan { Status = MapStatus.Unaligned, FailedFrame = Segmenting.PartialFrame(view) };
        Copying first = FirstCopying;
        if (TriesInPlace(view, options))
        {
            PfnView tried = WholePrefix(view, int.MaxValue, direction, options);
            if (!tried.IsEmpty)
            {
                MapPlan inPlace = _inner.Plan(tried, direction, options, parts);
                if (!MayBounce(inPlace.Status, options)) return inPlace;
                if (!HasUnreachable(view, inPlace.Status)) first = Next(Copying.WhatMust);
            }
            else if ((options & MapOptions.ZeroCopy) != 0)
            {
                return new MapPlan { Status = MapStatus.Unaligned, FailedFrame = 0 };
            }
        }

        for (Copying copying = first; ; copying = Next(copying))
        {
            MapPlan plan = PlanGrown(view, direction, options, parts, copying);
            if (copying == Copying.Everything || !BringsTogether(plan.Status)) return plan;
        }
    }

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => Map(view, direction, segments, options, default(MappingRoom));

    /// <inheritdoc/>
    public void Unmap(MappingToken token)
    {
        Record record = _mappings.Take(token);

        // The device loses its reach first, so that nothing arrives in a slot after it was copied home.
        UnmapInner(record.Inner, record.Length);
        if (record.FirstSlot == BouncePiece.None) return;
        if (record.DeviceWrites && !record.TakesTurns) _copies.GoHome(record.FirstSlot, 0, record.Length);
        _pool.Homes.LeaveAll(record.FirstSlot);
        GiveAll(record.FirstSlot);
        _pool.Ended();
    }

    /// <inheritdoc/>
    public void SyncForCpu(MappingToken token, long offset, long length)
    {
        Record record = _mappings.Get(token);
        Segmenting.CheckRange(offset, length, record.Length);
        if (_direct is null) _inner.SyncForCpu(record.Inner, offset, length);
        if (record.DeviceWrites) _copies.GoHome(record.FirstSlot, offset, length);
    }

    /// <inheritdoc/>
    public void SyncForDevice(MappingToken token, long offset, long length)
    {
        Record record = _mappings.Get(token);
        Segmenting.CheckRange(offset, length, record.Length);
        _copies.Fill(record.FirstSlot, offset, length);
        if (_direct is null) _inner.SyncForDevice(record.Inner, offset, length);
    }

    /// <summary>Maps with room that is reserved.</summary>
    internal MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, in MappingRoom room)
    {
        Segmenting.Check(view, direction, options);
        if (ForbidsNeededCopy(view, options)) return MapResult.Refused(MapStatus.Unaligned, Segmenting.PartialFrame(view));
        if (room.IsNone)
        {
            if (TryMapOneRun(view, direction, segments, options, out MappedRun run, out MapResult shortage)) return new MapResult { Status = MapStatus.Mapped, Token = run.Token, SegmentCount = run.SegmentCount, Length = view.Length, BouncedBytes = run.BouncedBytes };
            if (shortage.Shortage is not null) return shortage;
        }

        MapResult result;
        Copying first = FirstCopying;
        if (TriesInPlace(view, options) && !StartsUnreachable(view, options))
        {
            PfnView tried = WholePrefix(view, segments.Length, direction, options);
            if (!tried.IsEmpty)
            {
                result = MapInner(tried, direction, segments, options, room);
                if (result.IsMapped) return Adopt(result, direction, options, BouncePiece.None, 0, 0);
                if (!MayBounce(result.Status, options)) return result;
                if (!HasUnreachable(view, result.Status)) first = Next(Copying.WhatMust);
            }
            else if ((options & MapOptions.ZeroCopy) != 0)
            {
                return WithoutWholeFrame(view, direction, options);
            }
        }

        for (Copying copying = first; ; copying = Next(copying))
        {
            result = MapGrown(view, direction, segments, options, copying, room);
            if (copying == Copying.Everything || !BringsTogether(result.Status)) return result;
        }
    }

    private MapResult MapInner(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, in MappingRoom room)
    {
        if (_direct is not null) return _direct.MapUnkept(view, direction, segments, options);
        return room.Into.IsNone ? _inner.Map(view, direction, segments, options) : ((IReservingMapper)_inner).Map(view, direction, segments, options, room.Into);
    }

    private void UnmapInner(MappingToken token, long length)
    {
        if (_direct is null) _inner.Unmap(token);
        else _direct.Ended(length);
    }

    /// <summary>Whether the view is first tried as it stands.</summary>
    private bool TriesInPlace(scoped in PfnView view, MapOptions options)
        => (options & MapOptions.ZeroCopy) != 0
        || !(Profile.BouncesEverything || (Profile.BouncesPartialFrames && Segmenting.PartialFrame(view) >= 0));

    /// <summary>
    /// The view, or where devices are kept out of the rest of frames the part of a prefix that ends with one; empty where it has no whole frame.
    /// </summary>
    private PfnView WholePrefix(scoped in PfnView view, int segments, DmaDirection direction, MapOptions options)
    {
        if (!Prefix(options) || !Profile.BouncesPartialFrames) return view;
        MapPlan plan = _inner.Plan(view, direction, options, default);
        if (!plan.Succeeds) return view;
        long fits = plan.SegmentCount <= segments ? plan.Length : LengthIn(view.Slice(0, plan.Length), segments, direction, options);
        return fits == view.Length ? view : view.Slice(0, Math.Max(0, ((view.Offset + fits) & -PageSize.Size4K.Bytes) - view.Offset));
    }

    /// <summary>A prefix that may not be copied, and has no whole frame: the span is too short where the device takes a frame in more segments than that.</summary>
    private MapResult WithoutWholeFrame(scoped in PfnView view, DmaDirection direction, MapOptions options)
    {
        MapPlan frame = _inner.Plan(view.Slice(0, PageSize.Size4K.Bytes), direction, options & ~MapOptions.Prefix, default);
        return frame.Succeeds ? MapResult.Refused(MapStatus.SpanTooShort, segmentsNeeded: frame.SegmentCount) : MapResult.Refused(MapStatus.Unaligned, 0);
    }

    /// <summary>Whether trying the view as it stands would fail at once, and it may be bounced. A wrapped mapper that bounces too may not fail.</summary>
    private bool StartsUnreachable(scoped in PfnView view, MapOptions options)
        => !_innerBounces && (options & MapOptions.ZeroCopy) == 0 && !_reach.Contains(view.AddressAt(0).Value, 0);

    /// <summary>Without a copy of its partial frames, the device would reach more than the view.</summary>
    private bool ForbidsNeededCopy(scoped in PfnView view, MapOptions options)
        => (options & MapOptions.ZeroCopy) != 0 && Profile.BouncesPartialFrames && Segmenting.PartialFrame(view) >= 0;

    /// <summary>
    /// Whether a prefix ends inside a frame that stands uncopied, for a mapper that keeps devices out of the rest of it. Bouncing
    /// everything mends that.
    /// </summary>
    private bool BaresRest(scoped in Substitution substitution)
        => Profile.BouncesPartialFrames && substitution.EndsInsideHome;

    private Copying FirstCopying => Profile.BouncesEverything ? Copying.Everything : Copying.WhatMust;

    /// <summary>What is tried next where the device's segment rules were broken.</summary>
    private Copying Next(Copying copying) => copying == Copying.WhatMust && _choice.MayChoose ? Copying.Fewest : Copying.Everything;

    /// <summary>Chooses the fewest bytes that bring enough together.</summary>
    private bool TryChoose(SubstitutionScratch scratch, scoped in PfnView view)
    {
        ViewPieces.AddTo(scratch.Fewest, view, Profile, _pool.Memory);
        return scratch.Fewest.TryChoose(Profile.Device.Constraints);
    }

    private static bool MayBounce(MapStatus status, MapOptions options)
        => (options & MapOptions.ZeroCopy) == 0 && (status == MapStatus.UnreachableFrame || BringsTogether(status));

    /// <summary>Whether bouncing more, into consecutive slots, can mend a refusal.</summary>
    private static bool BringsTogether(MapStatus status) => status is MapStatus.TooManySegments or MapStatus.Unaligned;

    /// <summary>Whether some frame is out of reach. A refusal for another reason may have hidden it.</summary>
    private bool HasUnreachable(scoped in PfnView view, MapStatus status)
    {
        if (status == MapStatus.UnreachableFrame) return true;
        foreach (FrameRun run in view.Runs)
        {
            if (!_reach.Contains(run.Address.Value, (ulong)run.Length - 1)) return true;
        }

        return false;
    }

    private MapPlan PlanGrown(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts, Copying copying)
    {
        MapPlan plan = PlanSubstituted(view, direction, options, parts, copying, out bool isShort);
        while (isShort && TryGrow(view, copying, options)) plan = PlanSubstituted(view, direction, options, parts, copying, out isShort);
        return plan;
    }

    /// <summary>Plans with what there is.</summary>
    /// <param name="view">The bytes.</param>
    /// <param name="direction">Which way they go.</param>
    /// <param name="options">How they are mapped.</param>
    /// <param name="parts">Receives how they are treated.</param>
    /// <param name="copying">How many are copied.</param>
    /// <param name="isShort">Whether it is this pool that had no room, not that of a wrapped mapper.</param>
    private MapPlan PlanSubstituted(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts, Copying copying, out bool isShort)
    {
        isShort = false;
        if (IsTooLarge(view, copying, options)) return new MapPlan { Status = MapStatus.NoBounceSpace, FailedFrame = -1 };
        _pool.ThrowIfDisposed();
        SubstitutionScratch scratch = SubstitutionScratch.Take();
        try
        {
            if (copying == Copying.Fewest && !TryChoose(scratch, view)) return new MapPlan { Status = MapStatus.TooManySegments };
            var substitution = new Substitution(_pool, view, scratch, null);
            MapStatus status;
            int failedFrame;
            lock (_pool.Planning)
            {
                try
                {
                    status = substitution.Substitute(_choice, copying, direction.DeviceWrites(), options, keep: false, out failedFrame);
                }
                finally
                {
                    substitution.GiveBack();
                }
            }

            _pool.GaveUnused();
            isShort = status == MapStatus.NoBounceSpace;
            if (status != MapStatus.Mapped) return new MapPlan { Status = status, FailedFrame = FrameOf(view, failedFrame) };
            MapPlan plan = _inner.Plan(substitution.View, direction, options | Vouches, default);
            if (!plan.Succeeds)
            {
                status = Blame(plan.Status, substitution.IsPlacedBest, view, copying, options);
                isShort = status != plan.Status;
                return new MapPlan { Status = status, SegmentCount = plan.SegmentCount, FailedFrame = FrameOf(view, plan.FailedFrame) };
            }

            substitution.Truncate(plan.Length);
            if (BaresRest(substitution)) return new MapPlan { Status = MapStatus.Unaligned, FailedFrame = FrameOf(view, substitution.View.Frames.Length - 1) };
            MapTreatment inPlace = Profile.Addressing == Addressing.Direct ? MapTreatment.Direct : MapTreatment.Remapped;
            return new MapPlan
            {
                Status = plan.Status,
                SegmentCount = plan.SegmentCount,
                Length = plan.Length,
                IovaBytes = plan.IovaBytes,
                Invalidations = plan.Invalidations,
                BouncedBytes = plan.BouncedBytes + substitution.BouncedBytes,
                PartCount = plan.BouncedBytes == 0
                    ? BounceParts.List(substitution.Pieces, plan.Length, inPlace, parts)
                    : BounceParts.Whole(plan.Length, parts),
                FailedFrame = -1,
            };
        }
        finally
        {
            scratch.Return();
        }
    }

    private MapResult MapGrown(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, Copying copying, in MappingRoom room)
    {
        MapResult result = MapSubstituted(view, direction, segments, options, copying, room);
        while (IsShort(result) && room.IsNone && TryGrow(view, copying, options)) result = MapSubstituted(view, direction, segments, options, copying, room);
        if (!IsShort(result)) return result;
        MappingMetrics.Shortage(Profile.Device.Name, result.Status);
        return MapResult.Refused(result.Status, result.FailedFrame, result.SegmentsNeeded, room.Slots is { } reserved ? BounceShortage.OfReservation(Substitution.FramesOf(view), reserved.Count) : _pool.Short(Substitution.FramesOf(view)));
    }

    /// <summary>Whether the pool had no room; where that of a wrapped mapper had none, it has said so.</summary>
    private static bool IsShort(in MapResult result) => result is { Status: MapStatus.NoBounceSpace, Shortage: null };

    private MapResult MapSubstituted(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, Copying copying, in MappingRoom room)
    {
        if (IsTooLarge(view, copying, options)) return MapResult.Refused(MapStatus.NoBounceSpace);
        SubstitutionScratch scratch = SubstitutionScratch.Take();
        if (copying == Copying.Fewest && !TryChoose(scratch, view))
        {
            scratch.Return();
            return MapResult.Refused(MapStatus.TooManySegments);
        }

        var substitution = new Substitution(_pool, view, scratch, room.Slots);
        bool kept = false;
        try
        {
            MapStatus status = substitution.Substitute(_choice, copying, direction.DeviceWrites(), options, keep: true, out int failedFrame);
            if (status != MapStatus.Mapped) return MapResult.Refused(status, FrameOf(view, failedFrame));

            if (Prefix(options))
            {
                // What the prefix will not hold is not copied: a driver may ask for all of a large buffer, window by window.
                MapPlan plan = _inner.Plan(substitution.View, direction, options | Vouches, default);
                long fits = !plan.Succeeds ? substitution.Length : plan.SegmentCount <= segments.Length ? plan.Length : LengthIn(substitution.View.Slice(0, plan.Length), segments.Length, direction, options);
                if (fits < substitution.Length)
                {
                    substitution.Truncate(fits);
                    if (BaresRest(substitution)) return MapResult.Refused(MapStatus.Unaligned, FrameOf(view, substitution.View.Frames.Length - 1));
                }
            }

            if (!substitution.IsPlacedBest && !Prefix(options))
            {
                // Slots that lie apart may be cut into more segments than the device takes: better known before all is copied.
                MapPlan plan = _inner.Plan(substitution.View, direction, options | Vouches, default);
                if (BringsTogether(plan.Status)) return MapResult.Refused(Blame(plan.Status, false, view, copying, options), FrameOf(view, plan.FailedFrame), plan.SegmentCount);
            }

            // Filled before the device can reach the slots.
            _copies.Fill(substitution.FirstSlot, 0, substitution.Length);
            _copies.ClearBeside(substitution.FirstSlot);

            MapResult result = MapInner(substitution.View, direction, segments, options | Vouches, room);
            if (!result.IsMapped)
                return MapResult.Refused(Blame(result.Status, substitution.IsPlacedBest, view, copying, options), FrameOf(view, result.FailedFrame), result.SegmentsNeeded, result.Shortage);
            if (result.Length < substitution.Length)
            {
                substitution.Truncate(result.Length);
                if (BaresRest(substitution))
                {
                    // Where that throws, which it must not, the device may still reach the slots.
                    kept = true;
                    UnmapInner(result.Token, result.Length);
                    kept = false;
                    return MapResult.Refused(MapStatus.Unaligned, FrameOf(view, substitution.View.Frames.Length - 1));
                }

                // Of the slot that the prefix ends in, the device is to see no more than the prefix.
                _copies.ClearBeside(substitution.LastSlot);
            }

            kept = true;
            return Adopt(result, direction, options, substitution.FirstSlot, substitution.SlotCount, substitution.BouncedBytes);
        }
        finally
        {
            if (!kept) substitution.Release();

            // What a mapping had too much for a moment may be what somebody came to wait for.
            _pool.GaveUnused();
            scratch.Return();
        }
    }

    /// <summary>
    /// The longest prefix that the wrapped mapper cuts into so many segments, found by bisection: what is beyond must not be copied, for the device could
    /// read it while it is told less.
    /// </summary>
    /// <returns>All of it where not even one byte is so cut: to be refused.</returns>
    private long LengthIn(scoped in PfnView view, int segments, DmaDirection direction, MapOptions options)
    {
        long fits = 0, most = view.Length;
        while (fits < most)
        {
            long tried = most - ((most - fits) / 2);
            MapPlan plan = _inner.Plan(view.Slice(0, tried), direction, options | Vouches, default);
            if (plan.Succeeds && plan.SegmentCount <= segments && plan.Length > fits) fits = Math.Min(tried, plan.Length);
            else most = tried - 1;
        }

        return fits > 0 ? fits : view.Length;
    }

    private MapResult Adopt(in MapResult inner, DmaDirection direction, MapOptions options, int firstSlot, int slots, long bouncedBytes)
    {
        MappingToken token = _mappings.Add(new Record(inner.Token, firstSlot, inner.Length, direction.DeviceWrites(), (options & MapOptions.TakesTurns) != 0), slots);
        MappingMetrics.Bounced(Profile.Device.Name, bouncedBytes);
        return new MapResult
        {
            Status = MapStatus.Mapped,
            Token = token,
            SegmentCount = inner.SegmentCount,
            Length = inner.Length,
            BouncedBytes = inner.BouncedBytes + bouncedBytes,
        };
    }

    /// <summary>Gives back the slots of a mapping whose pieces no home knows any more, in the runs that they were taken in.</summary>
    private void GiveAll(int piece)
    {
        PieceTable table = _pool.Table;
        while (piece != BouncePiece.None)
        {
            int slot = piece, end;
            do
            {
                end = table[piece].EndSlot;
                piece = table[piece].NextInMapping;
            }
            while (piece != BouncePiece.None && !table[piece].BeginsRun);

            _pool.Give(slot, end - slot);
        }
    }

    private static bool Prefix(MapOptions options) => (options & MapOptions.Prefix) != 0;

    /// <summary>Segments of copies that break the rules are the pool's fault where such slots would mend it that lie together and as the device likes them, and it had none.</summary>
    private MapStatus Blame(MapStatus status, bool placedBest, scoped in PfnView view, Copying copying, MapOptions options)
        => !placedBest && BringsTogether(status) && _choice.RoomWouldMend(view, copying, Prefix(options)) ? MapStatus.NoBounceSpace : status;

    /// <summary>The view's frame that a 4 KiB frame of the substituted view belongs to.</summary>
    private static int FrameOf(scoped in PfnView view, int frame)
    {
        if (frame < 0) return -1;
        long first = view.Offset >> PageSize.Size4K.Shift;
        return (int)((first + frame) >> (view.PageSize.Shift - PageSize.Size4K.Shift));
    }

    private readonly struct Record(MappingToken inner, int firstSlot, long length, bool deviceWrites, bool takesTurns)
    {
        internal MappingToken Inner { get; } = inner;

        internal int FirstSlot { get; } = firstSlot;

        internal long Length { get; } = length;

        internal bool DeviceWrites { get; } = deviceWrites;

        internal bool TakesTurns { get; } = takesTurns;
    }
}
