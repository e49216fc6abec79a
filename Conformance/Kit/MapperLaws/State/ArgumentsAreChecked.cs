using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That a caller's bug throws.</summary>
public sealed class ArgumentsAreChecked() : MappingLaw(
    "arguments are checked",
    "an empty view, a direction that is none, and a frame beyond 2^64 bytes throw an ArgumentException from mapping and planning, and nothing changes")
{
    /// <inheritdoc/>
    public override int Cases => 40;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        int bits = 64 - one.Home.PageSize.Shift;
        Pfn[] beyond = [.. one.Home.Frames, new Pfn((1ul << bits) | (ulong)(uint)one.Part.From), new Pfn(ulong.MaxValue)];
        LawOutcome? wrong = Broken(rig, [], one.Home.PageSize, one.Direction, one.Options, "view", "an empty view")
            ?? Broken(rig, one.Home.Frames, one.Home.PageSize, DmaDirection.None, one.Options, "direction", "no direction")
            ?? Broken(rig, one.Home.Frames, one.Home.PageSize, (DmaDirection)(4 << (one.Part.To % 28)), one.Options, "direction", "a direction of another bit")
            ?? Broken(rig, one.Home.Frames, one.Home.PageSize, (DmaDirection)(-1), one.Options, "direction", "a direction of all bits")
            ?? Broken(rig, beyond, one.Home.PageSize, one.Direction, MapOptions.None, null, "a frame beyond 2^64");
        if (wrong is { } broken) return broken;
        return rig.State() == before ? LawOutcome.Held : LawOutcome.Broken($"refused arguments changed {before} to {rig.State()}");
    }

    private static LawOutcome? Broken(MapperRig rig, Pfn[] frames, PageSize pageSize, DmaDirection direction, MapOptions options, string? parameter, string what)
    {
        string? map = Told(() => rig.Mapper.Map(new PfnView(frames, pageSize), direction, new DmaSegment[1024], options).ToString(), parameter);
        if (map is not null) return LawOutcome.Broken($"mapping {what}: {map}", $"an ArgumentException{(parameter is null ? string.Empty : $" for '{parameter}'")}");
        string? plan = Told(() => rig.Mapper.Plan(new PfnView(frames, pageSize), direction, options, default).ToString(), parameter);
        return plan is null ? null : LawOutcome.Broken($"planning {what}: {plan}", $"an ArgumentException{(parameter is null ? string.Empty : $" for '{parameter}'")}");
    }

    /// <summary>What came of a call; null where it threw as it should.</summary>
    private static string? Told(Func<string> call, string? parameter)
    {
        try
        {
            return call();
        }
        catch (ArgumentException e) when (parameter is null || e.ParamName == parameter)
        {
            return null;
        }
        catch (ArgumentException e)
        {
            return $"the exception names '{e.ParamName}'";
        }
    }
}
