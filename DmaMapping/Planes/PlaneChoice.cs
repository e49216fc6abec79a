using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Decides how the lines of a plane are mapped, by asking the mapper for the plan of each: whether all of them can be, or
/// with <see cref="MapOptions.Prefix"/> how far a window goes. Changes nothing; <see cref="PlaneMapper"/> carries it out.
/// </summary>
internal ref struct PlaneChoice
{
    private readonly IDmaMapper _inner;
    private readonly PfnView _view;
    private readonly PlanePieces _pieces;
    private readonly DmaDirection _direction;
    private readonly MapOptions _options;
    private readonly int _room;
    private PlaneCounter _counter;

    /// <summary>Decides nothing yet.</summary>
    /// <param name="inner">The device's mapper.</param>
    /// <param name="view">What the plane lies in.</param>
    /// <param name="pieces">The plane's lines.</param>
    /// <param name="direction">Which way the bytes go.</param>
    /// <param name="options">How they are to be mapped.</param>
    /// <param name="span">Segments that the caller has room for.</param>
    internal PlaneChoice(IDmaMapper inner, in PfnView view, in PlanePieces pieces, DmaDirection direction, MapOptions options, int span)
    {
        _inner = inner;
        _view = view;
        _pieces = pieces;
        _direction = direction;
        _options = options;
        Most = inner.Profile.Device.Constraints.MaxSegmentCount == 0 ? int.MaxValue : inner.Profile.Device.Constraints.MaxSegmentCount;
        _room = Math.Min(Most, span);
        _counter = new PlaneCounter(inner.Profile);
    }

    /// <summary>What mapping the chosen pieces costs, or why there is nothing to choose.</summary>
    internal MapPlan Plan { readonly get; private set; }

    /// <summary>Pieces to map.</summary>
    internal int Count { readonly get; private set; }

    /// <summary>Bytes to map of the last of them, where that is not all of it; else 0.</summary>
    internal long LastLength { readonly get; private set; }

    /// <summary>Whether the span is too short for what plans can tell of the first line, so that its mapper is to say what is short.</summary>
    internal bool IsLeftToInner { readonly get; private set; }

    /// <summary>Most segments that one of them has by itself.</summary>
    internal int MostOfOne { readonly get; private set; }

    /// <summary>Most segments that the device takes.</summary>
    internal int Most { get; }

    private readonly bool IsPrefix => (_options & MapOptions.Prefix) != 0;

    internal void Decide()
    {
        long needed = 0;
        for (int i = 0; i < _pieces.Count; i++)
        {
            long offset = _pieces.OffsetOf(i), length = _pieces.LengthOf(i);
            MapPlan plan = PlanOf(offset, length, _options & ~MapOptions.Prefix);
            if (plan.Succeeds && needed == 0)
            {
                PlaneCounter with = _counter;
                with.Add(_view, offset, length, plan);
                if (!IsPrefix || with.Total <= _room)
                {
                    _counter = with;
                    Take(plan);
                    continue;
                }
            }

            if (IsPrefix)
            {
                EndInside(i, offset, length);
                return;
            }

            if (!plan.Succeeds && plan.Status != MapStatus.TooManySegments)
            {
                Refuse(plan.Status, plan.SegmentCount, plan.FailedFrame, offset);
                return;
            }

            // A line is too much by itself; what all lines need is still to be told.
            needed += plan.SegmentCount;
        }

        if (needed == 0 && _counter.Total <= _room) Plan = Plan with { Status = MapStatus.Mapped, SegmentCount = (int)_counter.Total, FailedFrame = -1 };
        else Refuse(needed == 0 && _counter.Total <= Most ? MapStatus.SpanTooShort : MapStatus.TooManySegments, needed + _counter.Total, -1, 0);
    }

    /// <summary>The window ends with a part of a line, where some of that fits, or with the line before.</summary>
    private void EndInside(int piece, long offset, long length)
    {
        MapPlan plan = PlanOf(offset, length, _options);
        if (plan.Succeeds)
        {
            long part = RestartableAt(offset, length, PartThatFits(offset, plan), isFirst: piece == 0);
            if (part > 0)
            {
                plan = PlanOf(offset, part, _options);
                _counter.Add(_view, offset, part, plan);
                Take(plan);
                LastLength = part;
            }
        }

        if (Count > 0) Plan = Plan with { Status = MapStatus.Mapped, SegmentCount = (int)_counter.Total, FailedFrame = -1 };
        else if (plan.Succeeds) IsLeftToInner = true;
        else Refuse(plan.Status, plan.SegmentCount, plan.FailedFrame, offset);
    }

    /// <summary>
    /// The most bytes of a piece whose segments the room still takes. The plan of a prefix is asked for again and again, as
    /// plans know no span; there is one such search in a window.
    /// </summary>
    private readonly long PartThatFits(long offset, in MapPlan longest)
    {
        if (Fits(offset, longest)) return longest.Length;
        if (_counter.Total >= _room && !_counter.Adjoins(_view, offset)) return 0;
        long fits = 0, tooLong = longest.Length;
        for (long low = 0; tooLong - low > 1;)
        {
            // A length that cannot be mapped by itself is less than the device takes at once: more is tried.
            long middle = low + ((tooLong - low) / 2);
            MapPlan plan = PlanOf(offset, middle, _options);
            if (plan.Succeeds && !Fits(offset, plan))
            {
                tooLong = middle;
                continue;
            }

            if (plan.Succeeds) fits = Math.Max(fits, plan.Length);
            low = middle;
        }

        return fits;
    }

    private readonly bool Fits(long offset, in MapPlan plan)
    {
        PlaneCounter with = _counter;
        with.Add(_view, offset, plan.Length, plan);
        return with.Total <= _room;
    }

    /// <summary>
    /// The part of a piece to map so that the next window can start after it: as much as fits, or a little less where the
    /// device would not take a segment that starts there. What it takes, its mapper's plan says.
    /// </summary>
    private readonly long RestartableAt(long offset, long length, long part, bool isFirst)
    {
        if (part == 0 || CanStart(offset + part, length - part)) return part;
        DmaConstraints constraints = _inner.Profile.Device.Constraints;
        long step = constraints.Granularity;
        while (step < part && (step & (long)(constraints.Alignment - 1)) != 0) step *= 2;
        long less = step < part ? part - (part % step) : 0;
        if (less > 0 && CanStart(offset + less, length - less))
        {
            MapPlan plan = PlanOf(offset, less, _options);
            if (plan.Succeeds && plan.Length == less && Fits(offset, plan)) return less;
        }

        return isFirst ? part : 0;
    }

    private readonly bool CanStart(long offset, long length) => length == 0 || PlanOf(offset, length, _options).Status != MapStatus.Unaligned;

    private readonly MapPlan PlanOf(long offset, long length, MapOptions options)
        => _inner.Plan(_view.Slice(offset, length), _direction, options, default);

    private void Take(in MapPlan plan)
    {
        Count++;
        MostOfOne = Math.Max(MostOfOne, plan.SegmentCount);
        Plan = new MapPlan
        {
            Length = Plan.Length + plan.Length,
            IovaBytes = Plan.IovaBytes + plan.IovaBytes,
            BouncedBytes = Plan.BouncedBytes + plan.BouncedBytes,
            Invalidations = Plan.Invalidations + plan.Invalidations,
            PartCount = Plan.PartCount + plan.PartCount,
        };
    }

    private void Refuse(MapStatus status, long segments, int failedFrame, long offset)
        => Plan = new MapPlan
        {
            Status = status,
            SegmentCount = (int)Math.Min(segments, int.MaxValue),
            FailedFrame = failedFrame < 0 ? -1 : _view.FrameIndexAt(offset) + failedFrame,
        };
}
