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
public sealed class BounceMapper : IDmaMapper
{
    /// <summary>Most 4 KiB frames of a view that slots are put into: 4 TiB, more than any pool.</summary>
    private const int MostFrames = 1 << 30;

    private readonly IDmaMapper _inner;
    private readonly BouncePool _pool;
    private readonly BounceChoice _choice;
    private readonly BounceCopies _copies;
    private readonly ScratchFrames _scratch = new();
    private readonly MappingTable<Record> _mappings;

    /// <summary>A mapper that bounces what another one cannot reach.</summary>
    /// <param name="inner">Maps for the device; its constraints and reach decide what must bounce.</param>
    /// <param name="pool">Where the copies live. It lies wholly within the device's reach.</param>
    /// <param name="mode">What is bounced.</param>
    /// <exception cref="ArgumentNullException">No mapper or no pool.</exception>
    /// <exception cref="ArgumentException">Part of the pool is out of the device's reach.</exception>
    public BounceMapper(IDmaMapper inner, BouncePool pool, BounceMode mode = BounceMode.WhatMust)
    {
        _inner = Throw.IfNull(inner, nameof(inner));
        _pool = Throw.IfNull(pool, nameof(pool));
        if (!inner.Profile.Reaches(pool.Start, pool.Capacity))
            Throw.Argument(nameof(pool), $"The pool at {pool.Start}, {pool.Capacity} bytes, lies out of reach of {inner.Profile.Device}, so copies in it would not help: place it within {inner.Profile.Device.Constraints.Window}.");
        _copies = new BounceCopies(pool);
        bool partialFrames = (mode & BounceMode.PartialFrames) != 0;
        _choice = new BounceChoice(pool.Memory, inner.Profile, partialFrames);
        _mappings = new MappingTable<Record>(inner.Profile.Device.Name);
        Profile = new MapperProfile(inner.Profile)
        {
            BounceCapacity = pool.Capacity,
            BouncesEverything = (mode & BounceMode.Everything) != 0,
            BouncesPartialFrames = partialFrames,
        };
    }

    /// <inheritdoc/>
    public MapperProfile Profile { get; }

    /// <summary>Mappings that are live.</summary>
    public int LiveMappings => _mappings.LiveCount;

    /// <summary>What is said to the wrapped mapper of a substituted view: whoever bounces partial frames has zeroed the rest of them.</summary>
    private MapOptions Vouches => Profile.BouncesPartialFrames || Profile.BouncesEverything ? MapOptions.RestIsZero : MapOptions.None;

    /// <inheritdoc/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        Segmenting.Check(view, direction);
        if (ForbidsNeededCopy(view, options)) return new MapPlan { Status = MapStatus.Unaligned, FailedFrame = Segmenting.PartialFrame(view) };
        MapPlan plan;
        if (TriesInPlace(view, options))
        {
            plan = _inner.Plan(view, direction, options, parts);
            if (!MayBounce(plan.Status, options)) return plan;
            if (!HasUnreachable(view, plan.Status)) return PlanSubstituted(view, direction, options, parts, everything: true);
        }

        plan = PlanSubstituted(view, direction, options, parts, Profile.BouncesEverything);
        return !Profile.BouncesEverything && BringsTogether(plan.Status)
            ? PlanSubstituted(view, direction, options, parts, everything: true)
            : plan;
    }

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        Segmenting.Check(view, direction);
        if (ForbidsNeededCopy(view, options)) return MapResult.Refused(MapStatus.Unaligned, Segmenting.PartialFrame(view));
        MapResult result;
        if (TriesInPlace(view, options))
        {
            result = _inner.Map(view, direction, segments, options);
            if (result.IsMapped) return Adopt(result, direction, options, BounceSlots.None, 0);
            if (!MayBounce(result.Status, options)) return result;
            if (!HasUnreachable(view, result.Status)) return MapSubstituted(view, direction, segments, options, everything: true);
        }

        result = MapSubstituted(view, direction, segments, options, Profile.BouncesEverything);
        return !Profile.BouncesEverything && BringsTogether(result.Status)
            ? MapSubstituted(view, direction, segments, options, everything: true)
            : result;
    }

    /// <inheritdoc/>
    public void Unmap(MappingToken token)
    {
        Record record = _mappings.Take(token);

        // The device loses its reach first, so that nothing arrives in a slot after it was copied home.
        _inner.Unmap(record.Inner);
        if (record.FirstSlot == BounceSlots.None) return;
        if (record.DeviceWrites && !record.TakesTurns) _copies.GoHome(record.FirstSlot, 0, record.Length);
        lock (_pool.Lock) _pool.FreeAll(record.FirstSlot);
    }

    /// <inheritdoc/>
    public void SyncForCpu(MappingToken token, long offset, long length)
    {
        Record record = _mappings.Get(token);
        Segmenting.CheckRange(offset, length, record.Length);
        _inner.SyncForCpu(record.Inner, offset, length);
        if (record.DeviceWrites) _copies.GoHome(record.FirstSlot, offset, length);
    }

    /// <inheritdoc/>
    public void SyncForDevice(MappingToken token, long offset, long length)
    {
        Record record = _mappings.Get(token);
        Segmenting.CheckRange(offset, length, record.Length);
        _copies.Fill(record.FirstSlot, offset, length);
        _inner.SyncForDevice(record.Inner, offset, length);
    }

    /// <summary>Whether the view is first tried as it stands.</summary>
    private bool TriesInPlace(scoped in PfnView view, MapOptions options)
        => (options & MapOptions.ZeroCopy) != 0
        || !(Profile.BouncesEverything || (Profile.BouncesPartialFrames && Segmenting.PartialFrame(view) >= 0));

    /// <summary>Without a copy of its partial frames, the device would reach more than the view.</summary>
    private bool ForbidsNeededCopy(scoped in PfnView view, MapOptions options)
        => (options & MapOptions.ZeroCopy) != 0 && Profile.BouncesPartialFrames && Segmenting.PartialFrame(view) >= 0;

    /// <summary>
    /// Whether a prefix ends inside a frame that stands uncopied, for a mapper that keeps devices out of the rest of it. Bouncing
    /// everything mends that.
    /// </summary>
    private bool BaresRest(scoped in Substitution substitution)
        => Profile.BouncesPartialFrames && substitution.EndsInsideHome;

    private static bool MayBounce(MapStatus status, MapOptions options)
        => (options & MapOptions.ZeroCopy) == 0 && (status == MapStatus.UnreachableFrame || BringsTogether(status));

    /// <summary>Whether bouncing everything into consecutive slots can mend a refusal.</summary>
    private static bool BringsTogether(MapStatus status) => status is MapStatus.TooManySegments or MapStatus.Unaligned;

    /// <summary>Whether some frame is out of reach. A refusal for another reason may have hidden it.</summary>
    private bool HasUnreachable(scoped in PfnView view, MapStatus status)
    {
        if (status == MapStatus.UnreachableFrame) return true;
        foreach (FrameRun run in view.Runs)
        {
            if (!Profile.Reaches(run.Address, run.Length)) return true;
        }

        return false;
    }

    private MapPlan PlanSubstituted(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts, bool everything)
    {
        if (Substitution.FramesOf(view) > MostFrames) return new MapPlan { Status = MapStatus.NoBounceSpace, FailedFrame = -1 };
        Pfn[] scratch = _scratch.Rent((int)Substitution.FramesOf(view));
        try
        {
            var substitution = new Substitution(_pool, view, scratch);
            lock (_pool.Lock)
            {
                try
                {
                    MapStatus status = substitution.Substitute(_choice, everything, direction.DeviceWrites(), options, out int failedFrame);
                    if (status != MapStatus.Mapped) return new MapPlan { Status = status, FailedFrame = FrameOf(view, failedFrame) };
                    MapPlan plan = _inner.Plan(substitution.View, direction, options | Vouches, default);
                    if (!plan.Succeeds)
                        return new MapPlan { Status = everything ? Blame(plan.Status, substitution.IsPlacedBest) : plan.Status, SegmentCount = plan.SegmentCount, FailedFrame = FrameOf(view, plan.FailedFrame) };
                    substitution.Release(plan.Length);
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
                            ? BounceParts.List(_pool.Slots, substitution.FirstSlot, plan.Length, inPlace, parts)
                            : BounceParts.Whole(plan.Length, parts),
                        FailedFrame = -1,
                    };
                }
                finally
                {
                    substitution.Release(0);
                }
            }
        }
        finally
        {
            _scratch.Return(scratch);
        }
    }

    private MapResult MapSubstituted(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, bool everything)
    {
        if (Substitution.FramesOf(view) > MostFrames) return Refused(MapStatus.NoBounceSpace, -1);
        Pfn[] scratch = _scratch.Rent((int)Substitution.FramesOf(view));
        try
        {
            return MapSubstituted(view, new Substitution(_pool, view, scratch), direction, segments, options, everything);
        }
        finally
        {
            _scratch.Return(scratch);
        }
    }

    private MapResult MapSubstituted(
        scoped in PfnView view,
        scoped Substitution substitution,
        DmaDirection direction,
        Span<DmaSegment> segments,
        MapOptions options,
        bool everything)
    {
        bool kept = false;
        try
        {
            MapStatus status;
            int failedFrame;
            lock (_pool.Lock) status = substitution.Substitute(_choice, everything, direction.DeviceWrites(), options, out failedFrame);
            if (status != MapStatus.Mapped) return Refused(status, FrameOf(view, failedFrame));

            if (Prefix(options))
            {
                // What the prefix will not hold is not copied: a driver may ask for all of a large buffer, window by window.
                MapPlan plan = _inner.Plan(substitution.View, direction, options | Vouches, default);
                if (plan.Succeeds && plan.Length < substitution.Length)
                {
                    lock (_pool.Lock) substitution.Release(plan.Length);
                    if (BaresRest(substitution)) return MapResult.Refused(MapStatus.Unaligned, FrameOf(view, substitution.View.Frames.Length - 1));
                }
            }

            // Filled before the device can reach the slots.
            _copies.Fill(substitution.FirstSlot, 0, substitution.Length);
            _copies.ClearBeside(substitution.FirstSlot);

            MapResult result = _inner.Map(substitution.View, direction, segments, options | Vouches);
            if (!result.IsMapped)
            {
                status = everything ? Blame(result.Status, substitution.IsPlacedBest) : result.Status;
                if (status != result.Status) return Refused(status, FrameOf(view, result.FailedFrame), result.SegmentsNeeded);
                return MapResult.Refused(status, FrameOf(view, result.FailedFrame), result.SegmentsNeeded);
            }

            if (result.Length < substitution.Length)
            {
                lock (_pool.Lock) substitution.Release(result.Length);
                if (BaresRest(substitution))
                {
                    _inner.Unmap(result.Token);
                    return MapResult.Refused(MapStatus.Unaligned, FrameOf(view, substitution.View.Frames.Length - 1));
                }

                // Of the slot that the prefix ends in, the device is to see no more than the prefix.
                _copies.ClearBeside(substitution.LastSlot);
            }

            kept = true;
            return Adopt(result, direction, options, substitution.FirstSlot, substitution.BouncedBytes);
        }
        finally
        {
            if (!kept)
            {
                lock (_pool.Lock) substitution.Release(0);
            }
        }
    }

    /// <summary>A refusal of this mapper's own; what the wrapped one is short of is counted there.</summary>
    private MapResult Refused(MapStatus status, int failedFrame, int segmentsNeeded = 0)
    {
        MappingMetrics.Shortage(Profile.Device.Name, status);
        return MapResult.Refused(status, failedFrame, segmentsNeeded);
    }

    private MapResult Adopt(MapResult inner, DmaDirection direction, MapOptions options, int firstSlot, long bouncedBytes)
    {
        MappingToken token = _mappings.Add(new Record(inner.Token, firstSlot, inner.Length, direction.DeviceWrites(), (options & MapOptions.TakesTurns) != 0));
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

    private static bool Prefix(MapOptions options) => (options & MapOptions.Prefix) != 0;

    /// <summary>Segments of copies that break the rules are the pool's fault where it had no slots that lie together and as the device likes them.</summary>
    private static MapStatus Blame(MapStatus status, bool placedBest)
        => BringsTogether(status) && !placedBest ? MapStatus.NoBounceSpace : status;

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
