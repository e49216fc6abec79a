using System;
using DmaMapping;

namespace Conformance;

/// <summary>What syncs promise of their ranges.</summary>
public sealed class SyncRangesAreChecked() : MappingLaw(
    "sync ranges are checked",
    "a sync of a range outside the mapping throws for 'offset' or 'length'; every range inside is taken, again and again, the empty one at the end too")
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out _);
        if (!result.IsMapped) return LawOutcome.Idle;
        RigState before = rig.State();
        long all = result.Length;
        (long at, long length) = one.PartOf(all);
        (long Offset, long Length, string Parameter)[] outside =
        [
            (-1, 0, "offset"), (all + 1, 0, "offset"), (long.MinValue, 1, "offset"), (long.MaxValue, 1, "offset"),
            (0, -1, "length"), (at, all - at + 1, "length"), (at + 1, long.MaxValue, "length"), (all, 1, "length"), (0, long.MinValue, "length"),
        ];
        foreach ((long offset, long much, string parameter) in outside)
        {
            if (Told(rig.Mapper.SyncForCpu, result.Token, offset, much, parameter) is { } cpu) return LawOutcome.Broken($"SyncForCpu of {much} bytes at {offset} of {all}: {cpu}", $"an exception for '{parameter}'");
            if (Told(rig.Mapper.SyncForDevice, result.Token, offset, much, parameter) is { } device) return LawOutcome.Broken($"SyncForDevice of {much} bytes at {offset} of {all}: {device}", $"an exception for '{parameter}'");
        }

        foreach ((long offset, long much) in new[] { (0, 0), (all, 0), (0, all), (at, length), (all - 1, 1L) })
        {
            for (int twice = 0; twice < 2; twice++) rig.Mapper.SyncForCpu(result.Token, offset, much);
            for (int twice = 0; twice < 2; twice++) rig.Mapper.SyncForDevice(result.Token, offset, much);
        }

        return rig.State() == before ? LawOutcome.Held : LawOutcome.Broken($"syncs changed {before} to {rig.State()}");
    }

    private static string? Told(Action<MappingToken, long, long> sync, MappingToken token, long offset, long length, string parameter)
    {
        try
        {
            sync(token, offset, length);
            return "taken";
        }
        catch (ArgumentException e)
        {
            return e.ParamName == parameter ? null : $"an exception for '{e.ParamName}'";
        }
    }
}
