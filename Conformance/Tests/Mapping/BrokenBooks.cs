using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

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

/// <summary>Says that it is another device's.</summary>
internal sealed class NamesAnother(MapperRig rig) : MapperDecorator(rig)
{
    public override MapperProfile Profile { get; } = new(new DmaDevice("another", rig.Device.Requester, rig.Device.Constraints), rig.Mapper.Profile.Addressing) { BusOffset = rig.Mapper.Profile.BusOffset };
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

/// <summary>Ends mappings only on the thread that made them.</summary>
internal sealed class KnowsItsThreadOnly(MapperRig rig) : MapperDecorator(rig)
{
    private readonly ConcurrentDictionary<MappingToken, int> _threads = new();

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) _threads[result.Token] = Environment.CurrentManagedThreadId;
        return result;
    }

    public override void Unmap(MappingToken token)
    {
        if (_threads.TryGetValue(token, out int thread) && thread != Environment.CurrentManagedThreadId) throw new InvalidOperationException("The mapping is another thread's.");
        base.Unmap(token);
    }
}

/// <summary>Syncs for the device through one object for all threads.</summary>
internal sealed class SyncsInOnePlace(MapperRig rig) : MapperDecorator(rig)
{
    private MappingToken _at;

    public override void SyncForDevice(MappingToken token, long offset, long length)
    {
        _at = token;
        Thread.Sleep(1);
        base.SyncForDevice(_at, offset, length);
    }
}

/// <summary>Counts generations in so few bits that a token comes back, not at once but after one other.</summary>
internal sealed class CountsInOneBit(MapperRig rig) : MapperDecorator(rig)
{
    private readonly Dictionary<MappingToken, MappingToken> _live = [];
    private MappingToken _last;

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (!result.IsMapped) return result;
        uint generation = (_last.Generation % 2) + 1;
        _last = new MappingToken(result.Token.Owner, result.Token.Slot, generation);
        _live[_last] = result.Token;
        return result with { Token = _last };
    }

    public override void Unmap(MappingToken token)
    {
        MappingToken inner = Known(token);
        base.Unmap(inner);
        _live.Remove(token);
    }

    public override void SyncForCpu(MappingToken token, long offset, long length) => base.SyncForCpu(Known(token), offset, length);

    public override void SyncForDevice(MappingToken token, long offset, long length) => base.SyncForDevice(Known(token), offset, length);

    private MappingToken Known(MappingToken token) => _live.TryGetValue(token, out MappingToken inner) ? inner : throw new ArgumentException($"{token} is not live.", nameof(token));
}

/// <summary>Takes a second sync of what was synced for the CPU for a mistake.</summary>
internal sealed class SyncsOnce(MapperRig rig) : MapperDecorator(rig)
{
    private (MappingToken Token, long Offset, long Length) _last;

    public override void SyncForCpu(MappingToken token, long offset, long length)
    {
        base.SyncForCpu(token, offset, length);
        if (_last == (token, offset, length)) throw new InvalidOperationException("The CPU has these bytes already.");
        _last = (token, offset, length);
    }

    public override void SyncForDevice(MappingToken token, long offset, long length)
    {
        base.SyncForDevice(token, offset, length);
        _last = default;
    }
}

/// <summary>Has sixteen tokens: the mapping after those is known by the first one's.</summary>
internal sealed class HasSixteenTokens(MapperRig rig) : MapperDecorator(rig)
{
    private readonly List<MappingToken> _live = [];

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (!result.IsMapped) return result;
        if (_live.Count >= 16) return result with { Token = _live[0] };
        _live.Add(result.Token);
        return result;
    }

    public override void Unmap(MappingToken token)
    {
        base.Unmap(token);
        _live.Remove(token);
    }
}
