using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Maps for a device behind an IOMMU: a view gets consecutive IOVAs whatever its frames are, so it is one segment unless
/// the device's own limits cut it. The device reaches the 4 KiB granules that hold mapped bytes, in the direction that
/// was asked for, and nothing else; after <see cref="Unmap"/> returns it reaches them no more.
/// For an untrusted device, whose reach must end with the view's bytes, a view that covers a granule only partly is refused
/// as <see cref="MapStatus.Unaligned"/>: wrap the mapper in a <see cref="BounceMapper"/> that bounces partial frames.
/// A prefix for such a device ends with a granule.
/// Maps in two steps too, for callers that can only take a refusal early: see <see cref="IReservingMapper"/>.
/// Thread-safe. Allocates nothing per mapping in steady state.
/// </summary>
public sealed partial class IommuMapper : IReservingMapper
{
    private readonly IommuDomain _domain;
    private readonly DomainMappings _mappings;

    /// <summary>Whether nothing is to be cut, counted or kept from the device: it is trusted, takes any segment, and granules are 4 KiB.</summary>
    private readonly bool _isPlain;

    /// <summary>Whether the device has no limits beside its window, in which the domain's aperture lies.</summary>
    private readonly bool _takesAny;
    private readonly bool _prefersLow;
    private readonly PageSize _granule;
    private readonly int _outputBits;
    private readonly bool _isTrusted;
    private readonly int _number = MappingTableOwners.Next();

    /// <summary>A mapper for one device.</summary>
    /// <param name="device">The device. It must be connected to the domain on the bus for the addresses to mean anything.</param>
    /// <param name="domain">The IOVA space that it is translated by; its aperture lies within what the device can address.</param>
    /// <exception cref="ArgumentNullException">No device or no domain.</exception>
    /// <exception cref="ArgumentException">The domain's aperture has addresses that the device cannot put on the bus, or the device is not trusted and the domain is lazy.</exception>
    /// <exception cref="InvalidOperationException">The device is not trusted, and the domain has mappers of devices that are.</exception>
    public IommuMapper(DmaDevice device, IommuDomain domain)
    {
        Throw.IfNull(device, nameof(device));
        _domain = Throw.IfNull(domain, nameof(domain));
        _mappings = domain.Mappings;
        Name = device.Name;
        DmaWindow window = device.Constraints.Window;
        if (domain.Aperture.First < window.First || domain.Aperture.Last > window.Last)
            Throw.Argument(nameof(domain), $"The domain's aperture {domain.Aperture} exceeds what {device} can address, {window}: give the domain that window as its aperture.");
        _takesAny = WithoutWindow(device.Constraints) == default;
        _granule = domain.Granule;
        _outputBits = domain.OutputBits;
        bool isTrusted = _isTrusted = domain.Join(device);
        _isPlain = _takesAny && _granule == default && isTrusted;
        _prefersLow = device.PrefersLowAddresses;
        if (isTrusted != device.IsTrusted) device = new DmaDevice(device.Name, device.Requester, device.Constraints) { IsTrusted = isTrusted, PrefersLowAddresses = _prefersLow };
        Profile = new MapperProfile(device, Addressing.Translated)
        {
            LastPhysical = new PhysicalAddress(ulong.MaxValue >> (64 - domain.OutputBits)),
        };
    }

    /// <inheritdoc/>
    public MapperProfile Profile { get; }

    /// <summary>Mappings that are live; counted by reading the domain's records.</summary>
    public int LiveMappings => _mappings.CountOf(_number);

    /// <inheritdoc/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapStatus status = Prepare(view, direction, int.MaxValue, options, out PfnView mapped, out int segments, out int failedFrame);
        if (status != MapStatus.Mapped) return new MapPlan { Status = status, SegmentCount = segments, FailedFrame = failedFrame };
        IovaRequest request = RequestFor(mapped);
        while (!_mappings.HasIovaSpace(request))
        {
            if (!TryShorten(ref mapped, ref request, int.MaxValue, options, ref segments)) return new MapPlan { Status = MapStatus.NoIovaSpace, FailedFrame = -1 };
        }

        if (!parts.IsEmpty) parts[0] = new MapPart(0, mapped.Length, MapTreatment.Remapped);
        return new MapPlan
        {
            Status = MapStatus.Mapped,
            SegmentCount = segments,
            Length = mapped.Length,
            IovaBytes = request.Bytes,
            Invalidations = _domain.IsLazy && request.Order < IovaSpan.Order ? 0 : 1,
            PartCount = 1,
            FailedFrame = -1,
        };
    }

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        ReadOnlySpan<Pfn> frames = view.Frames;
        if (frames.Length == 1 && _isPlain && view.PageSize == PageSize.Size4K && !segments.IsEmpty && Segmenting.AreKnown(options) && frames[0].Value >> (_outputBits - PageSize.Size4K.Shift) == 0
            && _mappings.TryMapFrame(frames[0], view.Offset, view.Length, direction.DeviceAccess(), _prefersLow, _number, out MappingToken token, out DmaAddress start))
        {
            segments[0] = new DmaSegment(start, view.Length);
            MappingMetrics.Mapped(Name, view.Length);
            return new MapResult { Status = MapStatus.Mapped, Token = token, SegmentCount = 1, Length = view.Length };
        }

        return MapView(view, direction, segments, options);
    }

    private MapResult MapView(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        if (_takesAny && !segments.IsEmpty && Segmenting.AreKnown(options) && !view.IsEmpty && _granule == default && (!IsConfined(options) || Segmenting.PartialFrame(view) < 0)
            && TryMapUncut(view, direction.DeviceAccess(), out MappingToken token, out DmaAddress start))
        {
            segments[0] = new DmaSegment(start, view.Length);
            MappingMetrics.Mapped(Name, view.Length);

            // Built where the caller has room for it: to copy what was just written in parts takes longer than to write it.
            return new MapResult { Status = MapStatus.Mapped, Token = token, SegmentCount = 1, Length = view.Length };
        }

        return MapCut(view, direction, segments, options);
    }

    /// <summary>
    /// The short way for a device that takes any segment where nothing is in the way: one segment, with nothing to cut. It decides
    /// no refusal; where it does not come to a mapping, the long way tells why, or finds a prefix.
    /// </summary>
    private bool TryMapUncut(scoped in PfnView view, MemoryAccess access, out MappingToken token, out DmaAddress start)
    {
        token = default;
        start = default;
        return view.FramesFitIn(_outputBits - view.PageSize.Shift)
            && _mappings.Map(view, OffsetInGranule(view), view.Length, access, IovaRequest.For(view, _prefersLow), _number, out token, out start) == MapStatus.Mapped;
    }

    private bool IsConfined(MapOptions options) => !_isTrusted && (options & MapOptions.RestIsZero) == 0;

    private MapResult MapCut(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapStatus status = Prepare(view, direction, segments.Length, options, out PfnView mapped, out int needed, out int failedFrame);
        if (status != MapStatus.Mapped) return MapResult.Refused(status, failedFrame, needed);

        IovaRequest request = RequestFor(mapped);
        MappingToken token;
        DmaAddress start;
        do status = _mappings.Map(WholeGranules(mapped), OffsetInGranule(mapped), mapped.Length, direction.DeviceAccess(), request, _number, out token, out start);
        while (status == MapStatus.NoIovaSpace && TryShorten(ref mapped, ref request, segments.Length, options, ref needed));
        if (status != MapStatus.Mapped) return Short(status);

        MappingMetrics.Mapped(Name, mapped.Length);
        scoped var segmenter = new Segmenter(Profile.Device.Constraints, segments);
        Give(ref segmenter, mapped, start);
        return new MapResult
        {
            Status = MapStatus.Mapped,
            Token = token,
            SegmentCount = segmenter.Count,
            Length = mapped.Length,
        };
    }

    /// <inheritdoc/>
    public void Unmap(MappingToken token) => MappingMetrics.Unmapped(Name, _mappings.Unmap(token, _number, Name));

    /// <inheritdoc/>
    public void SyncForCpu(MappingToken token, long offset, long length) => Segmenting.CheckRange(offset, length, _mappings.LengthOf(token, _number, Name));

    /// <inheritdoc/>
    public void SyncForDevice(MappingToken token, long offset, long length) => Segmenting.CheckRange(offset, length, _mappings.LengthOf(token, _number, Name));

    /// <summary>The device's name, at hand: it is given to what may have to complain or to record.</summary>
    private string Name { get; }

    /// <summary>A refusal for a shortage.</summary>
    private MapResult Short(MapStatus status)
    {
        MappingMetrics.Shortage(Name, status);
        return MapResult.Refused(status);
    }

    private long OffsetInGranule(scoped in PfnView view) => view.Offset & (_granule.Bytes - 1);

    /// <summary>The granules that hold a view. Where they are 4 KiB the tables see to that.</summary>
    private PfnView WholeGranules(scoped in PfnView view)
    {
        if (_granule == default) return view;
        long first = view.Offset - OffsetInGranule(view);
        return new PfnView(view.Frames, view.PageSize, first, _granule.FramesFor(view.Offset - first + view.Length) << _granule.Shift);
    }

    private IovaRequest RequestFor(scoped in PfnView view) => IovaRequest.For(WholeGranules(view), Profile.Device.Constraints) with { LowFirst = _prefersLow };

    /// <summary>
    /// Decides everything that does not need the domain. Segments are cut where the mapping would stand if its block began
    /// at address 0: blocks are aligned so that every boundary falls at the same place wherever the block really is.
    /// </summary>
    private MapStatus Prepare(
        in PfnView view,
        DmaDirection direction,
        int capacity,
        MapOptions options,
        out PfnView mapped,
        out int segments,
        out int failedFrame)
    {
        Segmenting.Check(view, direction, options);
        mapped = view;
        segments = 0;
        failedFrame = -1;

        if (view.PageSize.Shift < _granule.Shift) return MapStatus.FrameTooSmall;
        if (IsConfined(options))
        {
            failedFrame = Segmenting.PartialFrame(view, _granule);
            if (failedFrame >= 0) return MapStatus.Unaligned;
        }

        int frameBits = _domain.OutputBits - view.PageSize.Shift;
        if (!view.FramesFitIn(frameBits))
        {
            failedFrame = FirstBeyond(view, frameBits);
            if ((options & MapOptions.Prefix) == 0 || failedFrame == 0) return MapStatus.UnreachableFrame;
            mapped = view.Slice(0, ((long)failedFrame << view.PageSize.Shift) - view.Offset);
        }

        DmaConstraints constraints = Profile.Device.Constraints;
        if (constraints == default)
        {
            segments = 1;
            return capacity > 0 ? MapStatus.Mapped : MapStatus.SpanTooShort;
        }

        return Cut(ref mapped, WithoutWindow(constraints), capacity, options, ref segments, ref failedFrame);
    }

    /// <summary>After a shortage of IOVAs, the longest prefix that a smaller block has room for, where a prefix is wanted.</summary>
    private bool TryShorten(scoped ref PfnView view, ref IovaRequest request, int capacity, MapOptions options, ref int segments)
    {
        if ((options & MapOptions.Prefix) == 0) return false;
        DmaConstraints constraints = Profile.Device.Constraints;

        // Blocks that are no more than aligned may be larger than any view: those have room in bytes for no long.
        for (int order = Math.Min(request.Order, 63 - PageSize.Size4K.Shift) - 1; order >= _granule.Shift - PageSize.Size4K.Shift; order--)
        {
            // First as if the block needed no lead; if it does, again with room for that.
            ulong lead = 0;
            for (int attempt = 0; attempt < 2 && lead >> order == 0; attempt++)
            {
                long room = ((long)((1ul << order) - lead) << PageSize.Size4K.Shift) - OffsetInGranule(view);
                PfnView shorter = view.Slice(0, Math.Min(view.Length, room));
                int failedFrame = -1;
                if (constraints != default && Cut(ref shorter, WithoutWindow(constraints), capacity, options, ref segments, ref failedFrame) != MapStatus.Mapped) break;
                IovaRequest smaller = RequestFor(shorter);
                lead = smaller.Lead;
                if (smaller.Order > order) continue;
                view = shorter;
                request = smaller;
                return true;
            }
        }

        return false;
    }

    private MapStatus Cut(
        scoped ref PfnView view,
        in DmaConstraints constraints,
        int capacity,
        MapOptions options,
        ref int segments,
        ref int failedFrame)
    {
        PfnView whole = view;
        bool confined = IsConfined(options);
        while (true)
        {
            MapStatus status = CutOnce(view, constraints, capacity, (options & MapOptions.Prefix) != 0, out long length, ref segments, ref failedFrame);
            if (status != MapStatus.Mapped || length == view.Length) return status;
            view = view.Slice(0, length);

            // Of the granule that a prefix ends in, a device that is not trusted would reach the rest: so it ends before that.
            long past = confined ? (view.Offset + length) & (_granule.Bytes - 1) : 0;
            if (past == 0) return status;
            if (past >= length)
            {
                // Not even one granule: the span is to blame where the device would take that in more segments.
                PfnView least = whole.Slice(0, Math.Min(whole.Length, _granule.Bytes - OffsetInGranule(whole)));
                status = CutOnce(least, constraints, capacity, prefix: false, out _, ref segments, ref failedFrame);
                if (status == MapStatus.SpanTooShort) return status;
                failedFrame = 0;
                return MapStatus.Unaligned;
            }

            view = view.Slice(0, length - past);
        }
    }

    private MapStatus CutOnce(
        scoped in PfnView view,
        in DmaConstraints constraints,
        int capacity,
        bool prefix,
        out long length,
        ref int segments,
        ref int failedFrame)
    {
        ulong lead = IovaRequest.For(WholeGranules(view), constraints).Lead;
        DmaAddress start = new DmaAddress(lead << PageSize.Size4K.Shift) + OffsetInGranule(view);
        int most = Math.Min(capacity, constraints.MaxSegmentCount == 0 ? int.MaxValue : constraints.MaxSegmentCount);

        // A span without room is tried as if it had room for one: whether that would do comes before its being too short.
        DmaConstraints counted = prefix ? WithCount(constraints, Math.Max(1, most)) : constraints;

        var segmenter = new Segmenter(counted, default, prefix, countOnly: true);
        MapStatus status = Give(ref segmenter, view, start);
        segments = segmenter.Count;
        length = segmenter.Length;
        if (status == MapStatus.Mapped) return segments > capacity ? MapStatus.SpanTooShort : status;
        failedFrame = Segmenting.FrameAt(view, segmenter.FailedAt);
        return status;
    }

    /// <summary>Gives a mapping's bytes to a segmenter: one piece, unless the device wants more address bits kept than a granule keeps.</summary>
    private static MapStatus Give(scoped ref Segmenter segmenter, scoped in PfnView view, DmaAddress start)
    {
        if (segmenter.KeepsBitsAbove(PageSize.Size4K.Shift))
        {
            foreach (FrameRun run in view.Runs)
            {
                if (!segmenter.Add(start, run.Address, run.Length)) break;
                start += run.Length;
            }
        }
        else
        {
            segmenter.Add(start, view.AddressAt(0), view.Length);
        }

        return Segmenting.StatusOf(segmenter.Finish());
    }

    /// <summary>The aperture lies within the window, so only where in it a mapping comes to lie is open.</summary>
    private static DmaConstraints WithoutWindow(in DmaConstraints constraints) => constraints with { Window = default };

    private static DmaConstraints WithCount(in DmaConstraints constraints, int count) => constraints with { MaxSegmentCount = count };

    /// <summary>The first frame that no table entry can name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frame lies beyond 2^64 bytes, so that nothing can name it.</exception>
    private static int FirstBeyond(scoped in PfnView view, int frameBits)
    {
        int first = -1;
        for (int i = view.Frames.Length - 1; i >= 0; i--)
        {
            _ = view.Frames[i].ToAddress(view.PageSize);
            if (view.Frames[i].Value >> frameBits != 0) first = i;
        }

        return first;
    }
}
