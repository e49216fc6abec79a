using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That refusals change nothing, that unmapping undoes everything, and that tokens are what they say.</summary>
public static class StateLaws
{
    /// <summary>A refused mapping changes nothing: no state of the mapper, no byte.</summary>
    public static Law<MapperCase> RefusalsChangeNothing(MakeRig make) => new("refusals change nothing", MapperCases.All, one =>
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 5);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        RigState before = rig.State();
        MapResult result = rig.Map(one, out _);
        if (result.IsMapped) return null;
        if (rig.State() != before) return $"{result.Status} changed {before} to {rig.State()}";
        return HomeBytes.Read(rig.Memory, one.Home).SequenceEqual(home) ? null : $"{result.Status} changed bytes";
    });

    /// <summary>Everything unmapped leaves everything as it was, and everything disposed gives all of it back.</summary>
    public static Law<MapperCase> UnmappingUndoesEverything(MakeRig make) => new("unmapping undoes everything", MapperCases.All, one =>
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        long pool = rig.Pool?.Capacity ?? 0;
        if (before.PoolFree != pool) return "the pool is not full at the start";
        for (int round = 0; round < 2; round++)
        {
            MapResult first = rig.Map(one, out _);
            RigState between = rig.State();
            MapResult second = rig.Map(one with { Direction = DmaDirection.ToDevice }, out _);
            if (second.IsMapped) rig.Mapper.Unmap(second.Token);
            if (rig.State() != between) return $"the second mapping changed {between} to {rig.State()}";
            if (first.IsMapped) rig.Mapper.Unmap(first.Token);
            if (rig.State() != before) return $"{first} and unmapping changed {before} to {rig.State()}";
        }

        rig.GiveBack();
        return null;
    });

    /// <summary>Stale, foreign and default tokens are refused with an argument error, and nothing changes; live ones are taken.</summary>
    public static Law<MapperCase> TokensAreChecked(MakeRig make) => new("tokens are checked", MapperCases.All, one =>
    {
        MapperRig rig = make(one), other = make(one);
        MapResult result = rig.Map(one, out _), foreign = other.Map(one, out _);
        if (!result.IsMapped || !foreign.IsMapped) return null;
        rig.Mapper.Unmap(result.Token);
        RigState empty = rig.State();
        if (Accepts(rig, result.Token)) return "a stale token is accepted";
        MapResult again = rig.Map(one, out _);
        RigState mapped = rig.State();
        if (again.Token == result.Token) return "a token is given out twice";
        if (Accepts(rig, result.Token)) return "a stale token whose slot is in use again is accepted";
        if (Accepts(rig, foreign.Token)) return "another mapper's token is accepted";
        if (Accepts(rig, default)) return "the default token is accepted";
        if (rig.State() != mapped) return "a refused token changed something";
        rig.Mapper.Unmap(again.Token);
        return rig.State() == empty ? null : "unmapping after refused tokens left something behind";
    });

    private static bool Accepts(MapperRig rig, MappingToken token)
        => !Throws(() => rig.Mapper.Unmap(token)) || !Throws(() => rig.Mapper.SyncForCpu(token, 0, 0)) || !Throws(() => rig.Mapper.SyncForDevice(token, 0, 0));

    private static bool Throws(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (ArgumentException e) when (e.ParamName == "token")
        {
            return true;
        }
    }
}
