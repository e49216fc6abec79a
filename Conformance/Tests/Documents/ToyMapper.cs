using System;
using System.Collections.Generic;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

// <toy>
/// <summary>Maps for a device without an IOMMU: what is told to it is where the bytes are, plus an offset.</summary>
public sealed class ToyMapper(DmaDevice device, long busOffset, ToyFault fault = ToyFault.None) : IDmaMapper
{
    private static int _owners;
    private readonly int _owner = (Interlocked.Increment(ref _owners) % 65535) + 1;
    private readonly Dictionary<MappingToken, long> _live = [];
    private uint _generation;

    public MapperProfile Profile { get; } = new(device, Addressing.Direct) { BusOffset = busOffset };

    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        var segmenter = new Segmenter(Rules, default, (options & MapOptions.Prefix) != 0, countOnly: true);
        MapStatus status = Cut(view, direction, options, ref segmenter);
        if (status != MapStatus.Mapped) return new MapPlan { Status = status, SegmentCount = segmenter.Count, FailedFrame = FrameAt(view, segmenter.FailedAt) };
        if (!parts.IsEmpty) parts[0] = new MapPart(0, segmenter.Length, MapTreatment.Direct);
        return new MapPlan { Status = status, SegmentCount = segmenter.Count, Length = segmenter.Length, PartCount = 1, FailedFrame = -1 };
    }

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        var segmenter = new Segmenter(Rules, segments, (options & MapOptions.Prefix) != 0);
        MapStatus status = Cut(view, direction, options, ref segmenter);
        if (status == MapStatus.Mapped)
            return new MapResult { Status = status, Token = Add(segmenter.Length), SegmentCount = segmenter.Count, Length = segmenter.Length, FailedFrame = -1 };
        int needed = status == MapStatus.SpanTooShort ? Math.Max(1, segmenter.Count) : segmenter.Count;
        return new MapResult { Status = status, FailedFrame = FrameAt(view, segmenter.FailedAt), SegmentsNeeded = needed };
    }

    public void Unmap(MappingToken token)
    {
        lock (_live)
        {
            if (!_live.Remove(token)) throw new ArgumentException($"{token} is not live.", nameof(token));
        }
    }

    public void SyncForCpu(MappingToken token, long offset, long length)
    {
        long mapped; // nothing is copied, so there is nothing to do but to check
        lock (_live)
        {
            if (!_live.TryGetValue(token, out mapped)) throw new ArgumentException($"{token} is not live.", nameof(token));
        }

        if (offset < 0 || offset > mapped) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"from 0 to {mapped}");
        if (length < 0 || length > mapped - offset) throw new ArgumentOutOfRangeException(nameof(length), length, $"from 0 to {mapped - offset}");
    }

    public void SyncForDevice(MappingToken token, long offset, long length) => SyncForCpu(token, offset, length);

    private DmaConstraints Rules => fault == ToyFault.ForgetsWindow ? device.Constraints with { Window = default } : device.Constraints;

    private MapStatus Cut(scoped in PfnView view, DmaDirection direction, MapOptions options, scoped ref Segmenter segmenter)
    {
        if (view.IsEmpty) throw new ArgumentException("The view is empty.", nameof(view));
        if (direction is < DmaDirection.ToDevice or > DmaDirection.Bidirectional) throw new ArgumentOutOfRangeException(nameof(direction), direction, "no direction");
        if (!view.FramesFitIn(64 - view.PageSize.Shift)) throw new ArgumentOutOfRangeException(nameof(view), "A frame lies beyond 2^64.");
        foreach (FrameRun run in view.Runs)
        {
            bool more = false;
            if (!Profile.TryBusAddress(run.Address, run.Length, out DmaAddress bus)) segmenter.Reject(SegmentingStatus.OutsideWindow);
            else more = segmenter.Add(bus, run.Address, run.Length);
            if (!more || (fault == ToyFault.StopsAfterARun && (options & MapOptions.Prefix) != 0)) break;
        }

        return segmenter.Finish() switch
        {
            SegmentingStatus.Fits => MapStatus.Mapped,
            SegmentingStatus.TooManySegments => MapStatus.TooManySegments,
            SegmentingStatus.SpanTooShort => MapStatus.SpanTooShort,
            SegmentingStatus.OutsideWindow => MapStatus.UnreachableFrame,
            _ => MapStatus.Unaligned,
        };
    }

    private MappingToken Add(long length)
    {
        lock (_live)
        {
            uint generation = fault == ToyFault.ReusesTokens ? 1 : ++_generation;
            int slot = 0;
            while (_live.ContainsKey(new MappingToken(_owner, slot, generation))) slot++;
            _live.Add(new MappingToken(_owner, slot, generation), length);
            return new MappingToken(_owner, slot, generation);
        }
    }

    private static int FrameAt(scoped in PfnView view, long offset) => offset >= 0 && offset < view.Length ? view.FrameIndexAt(offset) : -1;
}

/// <summary>What may be wrong with the toy.</summary>
public enum ToyFault { None, ForgetsWindow, ReusesTokens, StopsAfterARun }
// </toy>
