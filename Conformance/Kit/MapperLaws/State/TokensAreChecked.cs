using System;
using System.Collections.Generic;
using DmaMapping;

namespace Conformance;

/// <summary>What <see cref="MappingToken"/> promises.</summary>
public sealed class TokensAreChecked() : MappingLaw(
    "tokens are checked",
    "a stale, foreign or default token is refused by unmapping and both syncs with an ArgumentException for 'token', and nothing changes; a live one is taken once")
{
    private const int Reuses = 40;

    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one), other = make(one);
        MapResult result = rig.Map(one, out _), foreign = other.Map(one, out _);
        if (!result.IsMapped || !foreign.IsMapped) return LawOutcome.Idle;

        // Both are the first of their mappers, so nothing tells them apart but whose they are.
        if (Taken(rig, foreign.Token) is { } strange) return LawOutcome.Broken($"another mapper's token is taken by {strange}");
        rig.Mapper.Unmap(result.Token);
        RigState empty = rig.State();
        if (Taken(rig, result.Token) is { } stale) return LawOutcome.Broken($"a stale token is taken by {stale}");
        MapResult again = rig.Map(one, out _);
        if (!again.IsMapped) return LawOutcome.Broken($"once more after unmapping: {again}", "mapped as before");
        RigState mapped = rig.State();
        if (again.Token == result.Token) return LawOutcome.Broken($"{again.Token} is given out twice");
        if (Taken(rig, result.Token) is { } used) return LawOutcome.Broken($"a stale token whose slot is in use again is taken by {used}");
        if (Taken(rig, foreign.Token) is { } foreigner) return LawOutcome.Broken($"another mapper's token is taken by {foreigner}");
        if (Taken(rig, default) is { } none) return LawOutcome.Broken($"the default token is taken by {none}");
        var next = new MappingToken(again.Token.Owner, again.Token.Slot, again.Token.Generation + 1);
        if (Taken(rig, next) is { } future) return LawOutcome.Broken($"a token of the next generation is taken by {future}");
        if (rig.State() != mapped) return LawOutcome.Broken($"refused tokens changed {mapped} to {rig.State()}");
        rig.Mapper.Unmap(again.Token);
        HashSet<MappingToken> given = [result.Token, again.Token];
        for (int i = 0; i < Reuses; i++)
        {
            MapResult later = rig.Map(one, out _);
            if (later.IsMapped && !given.Add(later.Token)) return LawOutcome.Broken($"{later.Token} is given out again, after {given.Count} others");
            if (later.IsMapped) rig.Mapper.Unmap(later.Token);
        }

        return rig.State() == empty ? LawOutcome.Held : LawOutcome.Broken($"refused tokens left {rig.State()}", empty.ToString());
    }

    /// <summary>What takes a token; null where nothing does.</summary>
    private static string? Taken(MapperRig rig, MappingToken token)
    {
        if (!Refuses(() => rig.Mapper.SyncForCpu(token, 0, 0))) return nameof(IDmaMapper.SyncForCpu);
        if (!Refuses(() => rig.Mapper.SyncForDevice(token, 0, 0))) return nameof(IDmaMapper.SyncForDevice);
        return Refuses(() => rig.Mapper.Unmap(token)) ? null : nameof(IDmaMapper.Unmap);
    }

    private static bool Refuses(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (ArgumentException thrown)
        {
            return thrown.ParamName == "token" ? true : throw new LawViolatedException($"The ArgumentException for a token names '{thrown.ParamName}', not 'token'.");
        }
    }
}
