using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What mapping a plane promises of plans, windows, refusals and of leaving nothing behind.</summary>
public static class PlaneStateLaws
{
    private const int MostWindows = 60;

    /// <summary>Planning changes nothing and tells what mapping does next, where lines do not exhaust something together.</summary>
    public static Law<PlaneCase> PlanTellsWhatMapDoes(MakePlanes make) => new("a plane's plan tells what mapping does", PlaneCases.All, one =>
    {
        MapperRig rig = MapperRig.Of(one.Of);
        IPlanes planes = make(rig);
        HomeBytes.Scribble(rig.Memory, one.Of.Home, 21);
        RigState before = rig.State();
        MapPlan plan = planes.Plan(one.Of.View, one.Plane, one.From, one.Of.Direction, one.Of.Options);
        if (rig.State() != before) return $"planning changed {before} to {rig.State()}";
        MapResult result = one.Map(planes, out _);
        RigState mapped = rig.State();
        if (plan.Succeeds && IsExhaustion(result.Status)) return SumsUp(one, result) ? null : $"planned {plan}, got {result}";
        if (plan.Status != result.Status) return $"planned {plan}, got {result}";
        if (plan.FailedFrame != result.FailedFrame) return $"planned {plan.Status} at frame {plan.FailedFrame}, got {result.FailedFrame}";
        if (!result.IsMapped) return result.Status != MapStatus.TooManySegments || plan.SegmentCount == result.SegmentsNeeded ? null : $"planned {plan.SegmentCount} segments too many, got {result.SegmentsNeeded}";

        // A window can end before a line that there is nothing left for.
        if (result.Length < plan.Length && SumsUp(one, result)) return null;
        if (plan.SegmentCount != result.SegmentCount && rig.Pool is { FreeBytes: < 16 * 4096 }) return null;
        if ((plan.SegmentCount, plan.Length, plan.BouncedBytes) != (result.SegmentCount, result.Length, result.BouncedBytes))
            return $"planned {plan.SegmentCount} segments, {plan.Length} bytes, {plan.BouncedBytes} bounced; got {result}";
        return before.FreeIova - mapped.FreeIova == (ulong)plan.IovaBytes ? null : $"planned {plan.IovaBytes} bytes of IOVA, got {before.FreeIova - mapped.FreeIova}";
    });

    /// <summary>
    /// Windows follow each other to the end of the plane, each with the bytes that come next; they end early only where the
    /// device could not take the plane in any number of segments.
    /// </summary>
    public static Law<PlaneCase> WindowsCoverThePlane(MakePlanes make) => new("windows cover the plane", PlaneCases.All, one =>
    {
        MapperCase whole = one.Of with { Options = one.Of.Options & ~MapOptions.Prefix, Rules = one.Of.Rules with { MaxSegmentCount = 0 }, PoolSlots = Math.Max(1024, one.Of.PoolSlots) };
        one = one with { Of = one.Of with { Options = one.Of.Options | MapOptions.Prefix } };
        MapperRig rig = MapperRig.Of(one.Of);
        IPlanes planes = make(rig);
        RigState before = rig.State();
        int room = 1 + (one.Of.Part.From % 5), windows = 0;
        long at = one.From;
        for (; at < one.From + one.Rest && windows < MostWindows; windows++)
        {
            MapResult result = one.Map(planes, at, room, out DmaSegment[] segments);
            if (rig.State() != before && !result.IsMapped) return "a refused window left something behind";
            if (!result.IsMapped)
            {
                if (IsExhaustion(result.Status) || one.Of.Rules.Alignment > 4096 || one.Of.Rules.SegmentBoundaryMask is > 0 and < 4096) return null;
                if (one.Stride == one.Width || one.Height == 1) return null;
                return (one with { Of = whole }).Map(make(MapperRig.Of(whole)), out _).IsMapped ? $"no window at {at}: {result}; but all of it at once can be mapped" : null;
            }

            if (segments.Length > room) return $"{segments.Length} segments in a span of {room}";
            if (result.Length < 1 || result.Length > one.From + one.Rest - at) return $"a window of {result.Length} bytes at {at}";
            if (PlaneLaws.Broken(one, at, result.Length, segments) is { } broken) return $"the window at {at}: {broken}";
            planes.Unmap(result.Token);
            at += result.Length;
        }

        return rig.State() == before ? null : "windows left something behind";
    });

    /// <summary>A window could not have had one more whole line; for mappers that do not bounce, and so have no choice to make.</summary>
    public static Law<PlaneCase> WindowsAreTheLongest(MakePlanes make) => new("windows are the longest", PlaneCases.All, one =>
    {
        if (one.Of.CanBounce || one.Stride == one.Width) return null;
        int room = 1 + (one.Of.Part.From % 5);
        PlaneCase window = one with { Of = one.Of with { Options = MapOptions.Prefix } };
        MapperRig rig = MapperRig.Of(one.Of);
        IPlanes planes = make(rig);
        MapResult prefix = window.Map(planes, one.From, room, out _);
        if (prefix.IsMapped) planes.Unmap(prefix.Token);
        long end = one.From + (prefix.IsMapped ? prefix.Length : 0);
        int lines = (int)(end / one.Width) + 1;
        if (lines > one.Height) return null;
        PlaneCase longer = one with { Height = lines, Of = one.Of with { Options = MapOptions.None } };
        return longer.Map(planes, one.From, room, out _).IsMapped ? $"a window of {prefix.Length} bytes in a span of {room}, but {longer.Rest} can be mapped" : null;
    });

    /// <summary>A span that is too short is answered with the length that is long enough, and that length is.</summary>
    public static Law<PlaneCase> ShortSpansAreToldHowLong(MakePlanes make) => new("short spans for planes are told how long", PlaneCases.All, one =>
    {
        MapperRig rig = MapperRig.Of(one.Of);
        IPlanes planes = make(rig);
        RigState before = rig.State();
        int room = one.Of.Part.To % 4;
        MapResult result = one.Map(planes, one.From, room, out _);
        if (result.Status != MapStatus.SpanTooShort) return result.IsMapped || rig.State() == before ? null : "a refusal changed something";
        if (rig.State() != before) return "a span too short changed something";
        if (result.SegmentsNeeded <= room) return $"{room} are too few, but {result.SegmentsNeeded} are needed";
        MapResult again = one.Map(planes, one.From, result.SegmentsNeeded, out _);
        if (IsExhaustion(again.Status)) return null;

        // Of lines that are planned one by one, the copies can lie less together in the slots that all of them take.
        if (again.Status == MapStatus.SpanTooShort && one.Of.CanBounce && again.SegmentsNeeded > result.SegmentsNeeded)
        {
            result = again;
            again = one.Map(planes, one.From, result.SegmentsNeeded, out _);
        }

        if (!again.IsMapped) return $"{result.SegmentsNeeded} segments are needed, and with those it is {again}";
        bool mayBeFewer = (one.Of.Options & MapOptions.Prefix) != 0;
        return mayBeFewer || again.SegmentCount == result.SegmentsNeeded ? null : $"{result.SegmentsNeeded} are needed, {again.SegmentCount} are used";
    });

    /// <summary>A refused plane changes nothing: no line stays mapped, no byte is changed.</summary>
    public static Law<PlaneCase> RefusalsChangeNothing(MakePlanes make) => new("refused planes change nothing", PlaneCases.All, one =>
    {
        MapperRig rig = MapperRig.Of(one.Of);
        HomeBytes.Scribble(rig.Memory, one.Of.Home, 22);
        byte[] home = HomeBytes.Read(rig.Memory, one.Of.Home);
        RigState before = rig.State();
        MapResult result = one.Map(make(rig), out _);
        if (result.IsMapped) return null;
        if (rig.State() != before) return $"{result.Status} changed {before} to {rig.State()}";
        if (result.FailedFrame >= one.Of.View.Frames.Length) return $"frame {result.FailedFrame} is not in the view";
        return HomeBytes.Read(rig.Memory, one.Of.Home).SequenceEqual(home) ? null : $"{result.Status} changed bytes";
    });

    /// <summary>Everything unmapped leaves everything as it was, and everything disposed gives all of it back; a token is taken once.</summary>
    public static Law<PlaneCase> UnmappingUndoesEverything(MakePlanes make) => new("unmapping a plane undoes everything", PlaneCases.All, one =>
    {
        MapperRig rig = MapperRig.Of(one.Of);
        IPlanes planes = make(rig);
        RigState before = rig.State();
        for (int round = 0; round < 2; round++)
        {
            MapResult first = one.Map(planes, out _);
            RigState between = rig.State();
            MapResult second = (one with { Of = one.Of with { Direction = DmaDirection.ToDevice } }).Map(planes, out _);
            if (second.IsMapped) planes.Unmap(second.Token);
            if (rig.State() != between) return $"the second mapping changed {between} to {rig.State()}";
            if (first.IsMapped) planes.Unmap(first.Token);
            if (rig.State() != before) return $"{first} and unmapping changed {before} to {rig.State()}";
            if (first.IsMapped && !IsStale(planes, first.Token)) return "a token is taken twice";
        }

        rig.GiveBack();
        return null;
    });

    /// <summary>What lines planned one by one can still run into together.</summary>
    private static bool IsExhaustion(MapStatus status)
        => status is MapStatus.NoBounceSpace or MapStatus.NoIovaSpace or MapStatus.NoTableMemory or MapStatus.WouldDiverge;

    /// <summary>Whether a plane has enough lines for that, and something to run out of.</summary>
    private static bool SumsUp(PlaneCase one, in MapResult result)
        => one.Height > 1 && one.Stride > one.Width && (one.Of.CanBounce || one.Of.Reach == Reach.Tiny) && result.Status != MapStatus.NotMapped;

    private static bool IsStale(IPlanes planes, MappingToken token)
    {
        try
        {
            planes.Unmap(token);
            return false;
        }
        catch (ArgumentException e) when (e.ParamName == "token")
        {
            return true;
        }
    }
}
