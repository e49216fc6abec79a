using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Maps for a device without an IOMMU: its addresses are physical addresses plus a fixed bus offset, so mapping is
/// segmenting and holds no memory but the token. Nothing confines such a device, and nothing needs a sync.
/// Thread-safe. Allocates nothing per mapping in steady state.
/// </summary>
public sealed class DirectMapper : IDmaMapper
{
    private readonly MappingTable<long> _mappings;
    private readonly DmaConstraints _constraints;

    /// <summary>A mapper for one device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="busOffset">Bus address less physical address, in bytes; a multiple of 4096, of either sign.</param>
    /// <exception cref="ArgumentNullException">No device.</exception>
    /// <exception cref="ArgumentException">The device is not trusted: without an IOMMU nothing would confine it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bus offset is no multiple of 4096.</exception>
    public DirectMapper(DmaDevice device, long busOffset = 0)
    {
        if (!Throw.IfNull(device, nameof(device)).IsTrusted)
            Throw.Argument(nameof(device), $"{device} is not trusted, and without an IOMMU nothing would confine it.");
        if (busOffset % PageSize.Size4K.Bytes != 0) Throw.OutOfRange(nameof(busOffset), busOffset, "it must be a multiple of 4096");
        Profile = new MapperProfile(device, Addressing.Direct) { BusOffset = busOffset };
        _mappings = new MappingTable<long>(device.Name);
        _constraints = device.Constraints;
    }

    /// <inheritdoc/>
    public MapperProfile Profile { get; }

    /// <summary>Mappings that are live; those of a <see cref="BounceMapper"/> around it are kept, and counted, there alone.</summary>
    public int LiveMappings => _mappings.LiveCount;

    /// <inheritdoc/>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        Segmenting.Check(view, direction, options);
        var segmenter = new Segmenter(_constraints, default, (options & MapOptions.Prefix) != 0, countOnly: true);
        MapStatus status = Cut(view, ref segmenter);
        bool succeeds = status == MapStatus.Mapped;
        if (succeeds && !parts.IsEmpty) parts[0] = new MapPart(0, segmenter.Length, MapTreatment.Direct);
        return new MapPlan
        {
            Status = status,
            SegmentCount = segmenter.Count,
            Length = succeeds ? segmenter.Length : 0,
            PartCount = succeeds ? 1 : 0,
            FailedFrame = succeeds ? -1 : Segmenting.FrameAt(view, segmenter.FailedAt),
        };
    }

    /// <inheritdoc/>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = MapUnkept(view, direction, segments, options);
        return result.IsMapped ? new MapResult { Status = result.Status, Token = _mappings.Add(result.Length), SegmentCount = result.SegmentCount, Length = result.Length } : result;
    }

    /// <inheritdoc/>
    public void Unmap(MappingToken token) => Ended(_mappings.Take(token));

    /// <inheritdoc/>
    public void SyncForCpu(MappingToken token, long offset, long length) => Segmenting.CheckRange(offset, length, _mappings.Get(token));

    /// <inheritdoc/>
    public void SyncForDevice(MappingToken token, long offset, long length) => Segmenting.CheckRange(offset, length, _mappings.Get(token));

    /// <summary>Maps for a mapper around this one that keeps the mapping itself: there is no token, and its end is told to <see cref="Ended"/>.</summary>
    internal MapResult MapUnkept(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        Segmenting.Check(view, direction, options);
        if (view.TryGetStart(out PhysicalAddress start) && TryCutOne(start, view.Length, segments))
        {
            Began(view.Length);
            return new MapResult { Status = MapStatus.Mapped, SegmentCount = 1, Length = view.Length };
        }

        var segmenter = new Segmenter(_constraints, segments, (options & MapOptions.Prefix) != 0);
        if (Cut(view, ref segmenter) != MapStatus.Mapped) return Segmenting.Refusal(view, segmenter);
        Began(segmenter.Length);
        return new MapResult { Status = MapStatus.Mapped, SegmentCount = segmenter.Count, Length = segmenter.Length };
    }

    /// <summary>Whether the device takes bytes that lie together as they lie: the common case, in which there is nothing to cut.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="segments">Receives the segment.</param>
    internal bool TryCutOne(PhysicalAddress start, long length, Span<DmaSegment> segments)
    {
        if (segments.Length == 0 || !Profile.TryBusAddress(start, length, out DmaAddress bus)) return false;
        var whole = new DmaSegment(bus, length);
        if (!_constraints.TakesAlone(whole, start)) return false;
        segments[0] = whole;
        return true;
    }

    /// <summary>A mapping was made of what <see cref="TryCutOne"/> cut.</summary>
    internal void Began(long length) => MappingMetrics.Mapped(Profile.Device.Name, length);

    /// <summary>A mapping ended.</summary>
    internal void Ended(long length) => MappingMetrics.Unmapped(Profile.Device.Name, length);

    private MapStatus Cut(scoped in PfnView view, scoped ref Segmenter segmenter)
    {
        foreach (FrameRun run in view.Runs)
        {
            if (!Profile.TryBusAddress(run.Address, run.Length, out DmaAddress bus))
            {
                segmenter.Reject(SegmentingStatus.OutsideWindow);
                break;
            }

            if (!segmenter.Add(bus, run.Address, run.Length)) break;
        }

        MapStatus status = Segmenting.StatusOf(segmenter.Finish());

        // A refusal may have come before frames that are a bug of the caller's: that is told first.
        if (status != MapStatus.Mapped) Segmenting.CheckFrames(view);
        return status;
    }
}
