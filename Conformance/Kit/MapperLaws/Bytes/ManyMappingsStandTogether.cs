using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Invariant I1 where many mappings live: tables that grow, slots that are used again.</summary>
public sealed class ManyMappingsStandTogether() : MappingLaw(
    "many mappings stand together",
    "two hundred mappings that live at once have a token and bytes of their own each, and each of them ends without the others, in any order")
{
    private const int Most = 200;

    /// <inheritdoc/>
    public override int Cases => 6;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        var live = new List<(MapperCase Case, MapResult Result, DmaSegment[] Segments, byte[] Bytes)>();
        var tokens = new HashSet<MappingToken>();
        for (int i = 0; i < Most; i++)
        {
            // No frame twice, and every second one out of reach of a device of 32 bits.
            MapperCase own = one with { Home = new MappedView(PageSize.Size4K, [new MappedRun(i % 2 == 0 ? HomeArea.Low : HomeArea.High, 1 + (i / 2 % 8), (i / 16 * 2) + (i / 4 % 2), 1)], 0, 4096, false) };
            MapResult result = rig.Map(own, out DmaSegment[] segments);
            if (!result.IsMapped) break;
            byte[] written = HomeBytes.Noise(4096, 1000 + i);
            DeviceBytes.Write(rig.Bus, segments, 0, written);
            if (!tokens.Add(result.Token)) return LawOutcome.Broken($"mapping {i + 1} is {result.Token}, as one that lives", "a token each");
            live.Add((own, result, segments, written));
        }

        for (int left = live.Count, step = 0; left > 0; left--, step++)
        {
            int which = (int)(((uint)one.Part.From + ((uint)step * 7919)) % (uint)left);
            (MapperCase own, MapResult result, DmaSegment[] segments, byte[] bytes) = live[which];
            live.RemoveAt(which);
            if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, 0, 4096), bytes, 0) is { } seen) return LawOutcome.Broken($"{left} mappings live, and of {own.Home} the device reads {seen}");
            rig.Mapper.Unmap(result.Token);
            if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, own.Home), bytes, 0) is { } home) return LawOutcome.Broken($"{left - 1} mappings live, and of {own.Home}, which ended, the CPU reads {home}");
        }

        return rig.State() == before ? LawOutcome.HeldIf(tokens.Count > 1) : LawOutcome.Broken($"in the end there is {rig.State()}", before.ToString());
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with
    {
        Reach = one.Reach == Reach.Tiny ? Reach.All : one.Reach,
        Rules = default,
        PoolSlots = 1024,
        Options = MapOptions.None,
        Direction = DmaDirection.Bidirectional,
    };
}
