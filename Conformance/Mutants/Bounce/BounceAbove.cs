using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Mutants;

/// <summary>The side of a faulty bounce mapper that its caller sees.</summary>
internal sealed class BounceAbove(BounceFault fault, SpyDevice device, SpyMemory memory, IDmaMapper mapper, BounceBelow below) : IDmaMapper
{
    private readonly Dictionary<MappingToken, BounceWork> _live = [];

    public MapperProfile Profile => mapper.Profile;

    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        if (fault.Asking is { } asking) (direction, options) = asking(direction, options);
        MapPlan plan = mapper.Plan(view, direction, options, parts);
        if (fault.KeepsWhenPlanned && plan.Succeeds) mapper.Map(view, direction, new DmaSegment[64], options);
        return plan;
    }

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        bool takesTurns = (options & MapOptions.TakesTurns) != 0;
        if (fault.Asking is { } asking) (direction, options) = asking(direction, options);
        var work = new BounceWork(device, memory, _live.Values, direction, options)
        {
            Homes = [.. HomesOf(view)],
            Offset = (int)(view.Offset & 4095),
            Asked = view.Length,
            TakesTurns = takesTurns,
        };
        if (fault.Diverging?.Invoke(work) == true) return new MapResult { Status = MapStatus.WouldDiverge, FailedFrame = 0 };
        below.Work = work;
        MapResult result = mapper.Map(view, direction, segments, options);
        below.Work = null;
        if (!result.IsMapped)
        {
            if (fault.KeepsWhenRefused) mapper.Map(view, direction, new DmaSegment[64], options | MapOptions.Prefix);
            return result;
        }

        work.Length = result.Length;
        _live.Add(result.Token, work);
        fault.Mapped?.Invoke(work);
        return result;
    }

    public void Unmap(MappingToken token)
    {
        if (!_live.Remove(token, out BounceWork? work))
        {
            mapper.Unmap(token);
            return;
        }

        fault.Ending?.Invoke(work, mapper, token);
        mapper.Unmap(token);
        fault.Ended?.Invoke(work);
    }

    public void SyncForCpu(MappingToken token, long offset, long length)
    {
        if (IsIn(token, offset, length) is { } work && fault.SyncingForCpu is { } syncing) (offset, length) = syncing(work, offset, length);
        mapper.SyncForCpu(token, offset, length);
    }

    public void SyncForDevice(MappingToken token, long offset, long length)
    {
        if (IsIn(token, offset, length) is { } work && fault.SyncingForDevice is { } syncing) (offset, length) = syncing(work, offset, length);
        mapper.SyncForDevice(token, offset, length);
    }

    private BounceWork? IsIn(MappingToken token, long offset, long length)
        => _live.TryGetValue(token, out BounceWork? work) && offset >= 0 && length <= work.Length - offset ? work : null;

    private static List<Pfn> HomesOf(scoped in PfnView view)
    {
        var homes = new List<Pfn>();
        foreach (FrameRun run in view.Runs)
        {
            Pfn first = run.Address.FrameOf(PageSize.Size4K);
            homes.AddRange(Enumerable.Range(0, (int)PageSize.Size4K.FramesFor(run.Address.OffsetIn(PageSize.Size4K) + run.Length)).Select(i => first + i));
        }

        return homes;
    }
}
