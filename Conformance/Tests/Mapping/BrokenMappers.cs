using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Tells the device an address that is 64 bytes off in the last segment.</summary>
internal sealed class OffByALine(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) segments[result.SegmentCount - 1] = new DmaSegment(segments[result.SegmentCount - 1].Address + 64, segments[result.SegmentCount - 1].Length);
        return result;
    }
}

/// <summary>Gives the first two segments in the wrong order.</summary>
internal sealed class WrongOrder(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.SegmentCount > 1) (segments[0], segments[1]) = (segments[1], segments[0]);
        return result;
    }
}

/// <summary>Forgets one kind of sync.</summary>
internal sealed class ForgetsSync(MapperRig rig, bool forCpu, bool forDevice) : MapperDecorator(rig)
{
    public override void SyncForCpu(MappingToken token, long offset, long length)
    {
        if (!forCpu) base.SyncForCpu(token, offset, length);
    }

    public override void SyncForDevice(MappingToken token, long offset, long length)
    {
        if (!forDevice) base.SyncForDevice(token, offset, length);
    }
}

/// <summary>Maps every direction as both, so that a device may do what it was not asked to.</summary>
internal sealed class MapsBothWays(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, DmaDirection.Bidirectional, segments, options);
}

/// <summary>Maps what the device writes for reading only, so that bounced bytes never come home.</summary>
internal sealed class LosesWrites(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, DmaDirection.ToDevice, segments, options);
}

/// <summary>Maps the whole of the last frame.</summary>
internal sealed class MapsMore(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        var whole = new PfnView(view.Frames, view.PageSize, view.Offset, view.Length + view.TailSlack);
        MapResult result = base.Map(whole, direction, segments, options);
        if (!result.IsMapped) return result;

        // And tells nobody.
        long slack = Math.Max(0, result.Length - view.Length);
        int count = result.SegmentCount;
        while (slack > 0)
        {
            DmaSegment last = segments[count - 1];
            long cut = Math.Min(slack, last.Length);
            slack -= cut;
            if (cut == last.Length) count--;
            else segments[count - 1] = new DmaSegment(last.Address, last.Length - cut);
        }

        return result with { Length = Math.Min(result.Length, view.Length), SegmentCount = count, BouncedBytes = Math.Min(result.BouncedBytes, view.Length) };
    }
}

/// <summary>Does not unmap.</summary>
internal sealed class ForgetsUnmap(MapperRig rig) : MapperDecorator(rig)
{
    public override void Unmap(MappingToken token) => base.SyncForCpu(token, 0, 0);
}

/// <summary>Takes any token.</summary>
internal sealed class TakesAnyToken(MapperRig rig) : MapperDecorator(rig)
{
    public override void Unmap(MappingToken token)
    {
        try
        {
            base.Unmap(token);
        }
        catch (ArgumentException)
        {
        }
    }
}

/// <summary>Plans to invalidate nothing.</summary>
internal sealed class PlansNoInvalidations(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
        => base.Plan(view, direction, options, parts) with { Invalidations = 0 };
}

/// <summary>Plans one segment too few where there are several.</summary>
internal sealed class PlansTooFew(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        return plan.SegmentCount > 1 ? plan with { SegmentCount = plan.SegmentCount - 1 } : plan;
    }
}

/// <summary>Calls every part direct.</summary>
internal sealed class PlansNoCopies(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        for (int i = 0; i < Math.Min(plan.PartCount, parts.Length); i++) parts[i] = new MapPart(parts[i].Offset, parts[i].Length, MapTreatment.Direct);
        return plan;
    }
}

/// <summary>Plans by mapping, and leaves the mapping there.</summary>
internal sealed class PlansByMapping(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        base.Map(view, direction, new DmaSegment[plan.SegmentCount], options);
        return plan;
    }
}

/// <summary>Keeps what it got before it was refused: here, the first byte.</summary>
internal sealed class LeaksWhenRefused(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (!result.IsMapped) base.Map(view, direction, new DmaSegment[1], options | MapOptions.Prefix);
        return result;
    }
}

/// <summary>Calls unaligned what is out of reach.</summary>
internal sealed class CallsItUnaligned(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        return plan with { Status = Called(plan.Status) };
    }

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        return result with { Status = Called(result.Status) };
    }

    private static MapStatus Called(MapStatus status) => status == MapStatus.UnreachableFrame ? MapStatus.Unaligned : status;
}

/// <summary>Plans IOVA space where there is no IOMMU, or none where there is one.</summary>
internal sealed class PlansAnotherCost(MapperRig rig) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        return plan with { IovaBytes = plan.IovaBytes == 0 ? 4096 : 0 };
    }
}

/// <summary>Blames the first or the last frame of a view of which some frame is out of reach.</summary>
internal sealed class BlamesAnyFrame(MapperRig rig, bool theFirst) : MapperDecorator(rig)
{
    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        MapPlan plan = base.Plan(view, direction, options, parts);
        return plan.Status == MapStatus.UnreachableFrame ? plan with { FailedFrame = Blamed(view) } : plan;
    }

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        return result.Status == MapStatus.UnreachableFrame ? result with { FailedFrame = Blamed(view) } : result;
    }

    private int Blamed(scoped in PfnView view) => theFirst ? 0 : view.Frames.Length - 1;
}

/// <summary>Maps half of the prefix that fits.</summary>
internal sealed class MapsHalfAPrefix(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapPlan plan = base.Plan(view, direction, options, default);
        bool halves = (options & MapOptions.Prefix) != 0 && plan.Length > 1;
        return base.Map(halves ? view.Slice(0, plan.Length / 2) : view, direction, segments, options);
    }
}

/// <summary>Gives up a prefix when the first try does not reach the end.</summary>
internal sealed class RefusesPrefixes(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options & ~MapOptions.Prefix);
}

/// <summary>Says that one segment less would do.</summary>
internal sealed class AsksForTooFew(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        return result.Status == MapStatus.SpanTooShort ? result with { SegmentsNeeded = result.SegmentsNeeded - 1 } : result;
    }
}

/// <summary>Leaves the rest of a slot as it found it.</summary>
internal sealed class LeavesSlotsDirty(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.BouncedBytes == 0 || view.Offset % 4096 == 0) return result;
        for (ulong slot = RigMemory.Pool; slot < RigMemory.Pool + (ulong)Rig.Pool!.Capacity; slot += 4096)
        {
            Span<byte> before = Rig.Memory.Access(new PhysicalAddress(slot), view.Offset % 4096);
            if (before[0] == 0) before[0] = 0xAA;
        }

        return result;
    }
}

/// <summary>Has the hardware forget nothing, or only the first page of what is unmapped.</summary>
internal sealed class ForgetsInvalidations(EmulatedIommu iommu, bool all) : IIotlbInvalidation
{
    public void Invalidate(int domain, DmaAddress first, long length)
    {
        if (!all) iommu.Invalidate(domain, first, Math.Min(length, 4096));
    }

    public void Block(int domain) => iommu.Block(domain);
}

/// <summary>Says that it is another device's.</summary>
internal sealed class NamesAnother(MapperRig rig) : MapperDecorator(rig)
{
    public override MapperProfile Profile { get; } = new(new DmaDevice("another", rig.Device.Requester, rig.Device.Constraints), rig.Mapper.Profile.Addressing) { BusOffset = rig.Mapper.Profile.BusOffset };
}

/// <summary>Gives the device the first segment in two, where it takes so many and it lies so that both obey the device.</summary>
internal sealed class CutsInTwo(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (!result.IsMapped || result.SegmentCount == segments.Length || segments[0].Length <= 65536) return result;
        segments.Slice(0, result.SegmentCount).ToArray().AsSpan(1).CopyTo(segments.Slice(2));
        (DmaAddress start, long length) = (segments[0].Address, segments[0].Length);
        segments[0] = new DmaSegment(start, 65536);
        segments[1] = new DmaSegment(start + 65536, length - 65536);
        return result with { SegmentCount = result.SegmentCount + 1 };
    }
}

/// <summary>Maps the first 4 KiB of large frames only.</summary>
internal sealed class KnowsSmallFramesOnly(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view.PageSize == PageSize.Size4K ? view : view.Slice(0, Math.Min(view.Length, 4096)), direction, segments, options);
}

/// <summary>Computes the end of a frame, which at the top of memory is 0.</summary>
internal sealed class FearsTheLastFrame(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        for (int i = 0; i < view.Frames.Length; i++)
        {
            if ((view.Frames[i].Value + 1) << view.PageSize.Shift == 0) return new MapResult { Status = MapStatus.UnreachableFrame, FailedFrame = i };
        }

        return base.Map(view, direction, segments, options);
    }
}

/// <summary>Leaves in the caller's array what a scatterlist leaves in itself: where things went.</summary>
internal sealed class WritesTheArray(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) MemoryMarshal.GetReference(view.Frames) += 1;
        return result;
    }
}

/// <summary>Ends the mapping before when it makes another.</summary>
internal sealed class HasOneMapping(MapperRig rig) : MapperDecorator(rig)
{
    private MappingToken _live;

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        Unmap(_live);
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) _live = result.Token;
        return result;
    }

    public override void Unmap(MappingToken token)
    {
        if (token == _live && !token.IsNone) base.Unmap(token);
        if (token == _live) _live = default;
    }
}

/// <summary>Copies though it must not.</summary>
internal sealed class CopiesAnyway(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options & ~MapOptions.ZeroCopy);
}

/// <summary>Takes every device for one that takes turns.</summary>
internal sealed class LetsCopiesDiverge(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options | MapOptions.TakesTurns);
}

/// <summary>Takes no device for one that takes turns.</summary>
internal sealed class KnowsNoTurns(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options & ~MapOptions.TakesTurns);
}

/// <summary>Looks at the bits of a direction that it knows.</summary>
internal sealed class TakesAnyDirection(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, (direction & DmaDirection.Bidirectional) == 0 ? DmaDirection.ToDevice : direction & DmaDirection.Bidirectional, segments, options);
}

/// <summary>Makes of every range one inside the mapping.</summary>
internal sealed class ClampsSyncs(MapperRig rig) : MapperDecorator(rig)
{
    public override void SyncForCpu(MappingToken token, long offset, long length) => base.SyncForCpu(token, 0, 0);
}

/// <summary>Keeps what it is about to answer where every thread finds it.</summary>
internal sealed class AnswersInOnePlace(MapperRig rig) : MapperDecorator(rig)
{
    private MappingToken _answer;

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (!result.IsMapped) return result;
        _answer = result.Token;
        Thread.Sleep(1);
        return result with { Token = _answer };
    }
}

/// <summary>Gives out tokens that do not say whose they are, so that those of two mappers are equal.</summary>
internal sealed class NamesNoOwner(MapperRig rig) : MapperDecorator(rig)
{
    private int _owner;

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (!result.IsMapped) return result;
        _owner = result.Token.Owner;
        return result with { Token = new MappingToken(1, result.Token.Slot, result.Token.Generation) };
    }

    public override void Unmap(MappingToken token) => base.Unmap(Known(token));

    public override void SyncForCpu(MappingToken token, long offset, long length) => base.SyncForCpu(Known(token), offset, length);

    public override void SyncForDevice(MappingToken token, long offset, long length) => base.SyncForDevice(Known(token), offset, length);

    private MappingToken Known(MappingToken token) => token.Owner == 1 ? new MappingToken(_owner, token.Slot, token.Generation) : token;
}

/// <summary>Keeps books of its mappings, and no lock around them.</summary>
internal sealed class KeepsBooksUnlocked(MapperRig rig) : MapperDecorator(rig)
{
    private readonly Dictionary<MappingToken, long> _live = [];

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) _live[result.Token] = result.Length;
        return result;
    }

    public override void Unmap(MappingToken token)
    {
        if (!_live.Remove(token)) throw new ArgumentException($"{token} is not in the books.", nameof(token));
        base.Unmap(token);
    }
}

/// <summary>Makes an object for every mapping.</summary>
internal sealed class NotesEveryMapping(MapperRig rig) : MapperDecorator(rig)
{
    private object? _note;

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        Volatile.Write(ref _note, new object());
        return result;
    }
}
