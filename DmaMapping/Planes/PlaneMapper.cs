using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Maps strided rectangles for one device, through whatever mapper the device has: line by line, so that what lies between
/// lines is in no segment and in no copy. One per device; wrap the same mapper that maps its views.
/// <para>
/// A device of few segments works in windows: with <see cref="MapOptions.Prefix"/> a mapping goes as far as the device's
/// segments reach (or the caller's span), and the result's length tells where the next one goes on.
/// <code>
///   for (long at = 0; at &lt; plane.Length; at += window.Length)
///       window = planes.Map(view, plane, at, direction, segments, MapOptions.Prefix); ... planes.Unmap(window.Token);
/// </code>
/// </para>
/// Each line is a mapping of its own, and each must satisfy the device's alignment and granularity; a plane without gaps is
/// one mapping. Which granules the device reaches, and whether parts are bounced, the wrapped mapper says of each line.
/// Lengths and offsets count the plane's bytes, packed. What is a status and what throws is as with <see cref="IDmaMapper"/>.
/// Thread-safe. Allocates nothing per mapping in steady state.
/// </summary>
public sealed class PlaneMapper
{
    private readonly IDmaMapper _inner;
    private readonly MappingTable<Record> _mappings;
    private readonly IdleArrays<MappingToken> _tokens = new();
    private readonly IdleArrays<DmaSegment> _segments = new();

    /// <summary>Maps planes for the device of a mapper.</summary>
    /// <param name="inner">Maps each line. It stays the caller's, who may map through it as well.</param>
    /// <exception cref="ArgumentNullException">No mapper.</exception>
    public PlaneMapper(IDmaMapper inner)
    {
        _inner = Throw.IfNull(inner, nameof(inner));
        _mappings = new MappingTable<Record>($"{inner.Profile.Device.Name}'s planes");
    }

    /// <summary>The device, and what the wrapped mapper can do for it.</summary>
    public MapperProfile Profile => _inner.Profile;

    /// <summary>Planes, or windows of planes, that are mapped.</summary>
    public int LiveMappings => _mappings.LiveCount;

    /// <summary>
    /// What <see cref="Map"/> would do now with a span that is long enough, without doing it. Lines are planned each by
    /// itself: that together they exhaust a bounce pool or IOVA space, or that copies of them conflict, mapping answers.
    /// </summary>
    /// <param name="view">What the plane lies in.</param>
    /// <param name="plane">The lines, at least 1.</param>
    /// <param name="from">The first byte to map, 0 to the plane's length - 1; counts the plane's bytes, packed.</param>
    /// <param name="direction">Which way the bytes go.</param>
    /// <param name="options">How they would be mapped.</param>
    /// <exception cref="ArgumentException">An empty plane, one that ends after the view, no such byte, no direction, no such options.</exception>
    public MapPlan Plan(scoped in PfnView view, Plane plane, long from, DmaDirection direction, MapOptions options = MapOptions.None)
    {
        return PlanPieces(view, Check(view, plane, from, direction, options), direction, options);
    }

    /// <summary>What mapping pieces of a view would do, which lie within it.</summary>
    internal MapPlan PlanPieces(scoped in PfnView view, in PlanePieces pieces, DmaDirection direction, MapOptions options)
    {
        if (pieces.IsPacked)
        {
            MapPlan plan = _inner.Plan(view.Slice(pieces.OffsetOf(0), pieces.LengthOf(0)), direction, options, default);
            return plan with { FailedFrame = FrameOf(view, pieces.OffsetOf(0), plan.FailedFrame) };
        }

        scoped var choice = new PlaneChoice(_inner, view, pieces, direction, options, int.MaxValue);
        choice.Decide();
        return choice.Plan;
    }

    /// <summary>Makes a plane's bytes reachable to the device, from one of them on.</summary>
    /// <param name="view">What the plane lies in. The frames stay the caller's, and must stay allocated until unmapped.</param>
    /// <param name="plane">The lines, at least 1.</param>
    /// <param name="from">The first byte to map, 0 to the plane's length - 1; counts the plane's bytes, packed.</param>
    /// <param name="direction">Which way the bytes go.</param>
    /// <param name="segments">Receives the segments for the device; <see cref="Plan"/> tells how many.</param>
    /// <param name="options">How to map them.</param>
    /// <returns>A mapping whose length counts the plane's bytes; or a refusal, which changed nothing, about a frame of the view.</returns>
    /// <exception cref="ArgumentException">An empty plane, one that ends after the view, no such byte, no direction, no such options.</exception>
    public MapResult Map(
        scoped in PfnView view,
        Plane plane,
        long from,
        DmaDirection direction,
        Span<DmaSegment> segments,
        MapOptions options = MapOptions.None)
    {
        return MapPieces(view, Check(view, plane, from, direction, options), direction, segments, options);
    }

    /// <summary>Makes pieces of a view reachable, which lie within it.</summary>
    internal MapResult MapPieces(scoped in PfnView view, in PlanePieces pieces, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        if (pieces.IsPacked) return MapOne(view, pieces, direction, segments, options);

        scoped var choice = new PlaneChoice(_inner, view, pieces, direction, options, segments.Length);
        choice.Decide();
        if (choice.IsLeftToInner) return MapOne(view, pieces, direction, segments, options);
        MapPlan plan = choice.Plan;
        return plan.Succeeds
            ? MapLines(view, pieces, choice, direction, segments, options)
            : MapResult.Refused(plan.Status, plan.FailedFrame, plan.SegmentCount);
    }

    /// <summary>Ends a mapping: as <see cref="IDmaMapper.Unmap"/>, of every line.</summary>
    /// <param name="token">A live mapping of this mapper.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    public void Unmap(MappingToken token)
    {
        Record record = _mappings.Take(token);
        if (record.Lines is null) _inner.Unmap(record.One);
        else UnmapLines(record.Lines, record.Count);
    }

    /// <summary>Makes what the device wrote visible to the CPU. Does nothing where nothing is bounced, or the device does not write.</summary>
    /// <param name="token">A live mapping of this mapper.</param>
    /// <param name="offset">Offset in the mapping, in bytes of the plane.</param>
    /// <param name="length">Bytes of the plane from there, 0 or more.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none; the range lies outside the mapping.</exception>
    public void SyncForCpu(MappingToken token, long offset, long length) => Sync(token, offset, length, forCpu: true);

    /// <summary>Makes what the CPU wrote visible to the device. Does nothing where nothing is bounced.</summary>
    /// <param name="token">A live mapping of this mapper.</param>
    /// <param name="offset">Offset in the mapping, in bytes of the plane.</param>
    /// <param name="length">Bytes of the plane from there, 0 or more.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none; the range lies outside the mapping.</exception>
    public void SyncForDevice(MappingToken token, long offset, long length) => Sync(token, offset, length, forCpu: false);

    private static PlanePieces Check(scoped in PfnView view, in Plane plane, long from, DmaDirection direction, MapOptions options)
    {
        _ = direction.DeviceAccess();
        Segmenting.Check(options);
        if (plane.IsEmpty) Throw.Argument(nameof(plane), "The plane is empty: a mapping has at least 1 byte.");
        if (plane.Offset + plane.Extent > view.Length)
            Throw.OutOfRange(nameof(plane), plane, $"it ends at byte {plane.Offset + plane.Extent}, and the view has {view.Length} bytes");
        if (from < 0 || from >= plane.Length) Throw.OutOfRange(nameof(from), from, $"it must lie in 0 to {plane.Length - 1}");
        return new PlanePieces(plane, from);
    }

    /// <summary>Maps the first piece, or as much of it as goes, as its mapper does.</summary>
    private MapResult MapOne(scoped in PfnView view, in PlanePieces pieces, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = _inner.Map(view.Slice(pieces.OffsetOf(0), pieces.LengthOf(0)), direction, segments, options);
        return result.IsMapped
            ? result with { Token = _mappings.Add(new Record(pieces, result.Length, null, 0, result.Token)) }
            : result with { FailedFrame = FrameOf(view, pieces.OffsetOf(0), result.FailedFrame) };
    }

    private MapResult MapLines(
        scoped in PfnView view,
        in PlanePieces pieces,
        scoped in PlaneChoice choice,
        DmaDirection direction,
        Span<DmaSegment> segments,
        MapOptions options)
    {
        MappingToken[] lines = _tokens.Rent(choice.Count);
        DmaSegment[] ofLine = _segments.Rent(choice.MostOfOne);
        int mapped = 0;
        bool kept = false;
        try
        {
            scoped var segmenter = new Segmenter(Profile.Device.Constraints, segments);
            long length = 0, bounced = 0;
            bool lastInPlace = false;
            while (mapped < choice.Count)
            {
                bool isPart = choice.LastLength > 0 && mapped == choice.Count - 1;
                long offset = pieces.OffsetOf(mapped);
                PfnView line = view.Slice(offset, isPart ? choice.LastLength : pieces.LengthOf(mapped));
                MapResult result = MapLine(line, direction, ref ofLine, isPart ? options : options & ~MapOptions.Prefix);
                if (!result.IsMapped)
                {
                    // Lines that were planned one by one need more together than there is: a window ends before such a line.
                    if (mapped > 0 && (options & MapOptions.Prefix) != 0) break;
                    return result with { FailedFrame = FrameOf(view, offset, result.FailedFrame) };
                }

                lines[mapped++] = result.Token;
                Segmenter before = segmenter;
                bool inPlace = PlaneCounter.IsInPlace(Profile, result.BouncedBytes);
                if (!(inPlace && lastInPlace)) segmenter.EndStretch();
                lastInPlace = inPlace;
                long at = 0;
                for (int i = 0; i < result.SegmentCount; at += ofLine[i].Length, i++)
                    segmenter.Add(ofLine[i].Address, line.AddressAt(at), ofLine[i].Length);
                if (mapped > 1 && (options & MapOptions.Prefix) != 0 && !HasRoom(segmenter, segments.Length, choice.Most))
                {
                    // Nor do copies always lie as they were planned to.
                    segmenter = before;
                    _inner.Unmap(lines[--mapped]);
                    break;
                }

                length += result.Length;
                bounced += result.BouncedBytes;
            }

            MapStatus status = Segmenting.StatusOf(segmenter.Finish());
            if (status != MapStatus.Mapped) return MapResult.Refused(status, segmentsNeeded: segmenter.Count);
            MappingToken token = _mappings.Add(new Record(pieces, length, lines, mapped, default));
            kept = true;
            return new MapResult
            {
                Status = status,
                Token = token,
                SegmentCount = segmenter.Count,
                Length = length,
                BouncedBytes = bounced,
            };
        }
        finally
        {
            _segments.Return(ofLine);
            if (!kept) UnmapLines(lines, mapped);
        }
    }

    /// <summary>Maps a line with room for its segments, were they more than planned.</summary>
    private MapResult MapLine(scoped in PfnView line, DmaDirection direction, ref DmaSegment[] segments, MapOptions options)
    {
        while (true)
        {
            MapResult result = _inner.Map(line, direction, segments, options);
            if (result.Status != MapStatus.SpanTooShort || result.SegmentsNeeded <= segments.Length) return result;
            DmaSegment[] larger = _segments.Rent(result.SegmentsNeeded);
            _segments.Return(segments);
            segments = larger;
        }
    }

    private static bool HasRoom(scoped Segmenter segmenter, int span, int most)
    {
        segmenter.EndStretch();
        return segmenter.Count <= Math.Min(span, most);
    }

    private void UnmapLines(MappingToken[] lines, int count)
    {
        // The last first, so that a bounce pool gets its slots back in the order that it gave them.
        for (int i = count - 1; i >= 0; i--) _inner.Unmap(lines[i]);
        _tokens.Return(lines);
    }

    private void Sync(MappingToken token, long offset, long length, bool forCpu)
    {
        Record record = _mappings.Get(token);
        Segmenting.CheckRange(offset, length, record.Length);
        if (record.Lines is null)
        {
            SyncLine(record.One, offset, length, forCpu);
            return;
        }

        for (int i = record.Pieces.PieceAt(offset); length > 0; i++)
        {
            long inLine = offset - record.Pieces.LengthBefore(i);
            long part = Math.Min(length, record.Pieces.LengthOf(i) - inLine);
            SyncLine(record.Lines[i], inLine, part, forCpu);
            offset += part;
            length -= part;
        }
    }

    private void SyncLine(MappingToken line, long offset, long length, bool forCpu)
    {
        if (forCpu) _inner.SyncForCpu(line, offset, length);
        else _inner.SyncForDevice(line, offset, length);
    }

    /// <summary>The view's frame that a frame of the view from an offset on is.</summary>
    private static int FrameOf(scoped in PfnView view, long offset, int frame) => frame < 0 ? -1 : view.FrameIndexAt(offset) + frame;

    private readonly struct Record(PlanePieces pieces, long length, MappingToken[]? lines, int count, MappingToken one)
    {
        internal PlanePieces Pieces { get; } = pieces;

        internal long Length { get; } = length;

        /// <summary>The mappings of the lines, in a rented array; null where there is only one mapping.</summary>
        internal MappingToken[]? Lines { get; } = lines;

        internal int Count { get; } = count;

        /// <summary>The mapping that there is where there are no lines.</summary>
        internal MappingToken One { get; } = one;
    }
}
