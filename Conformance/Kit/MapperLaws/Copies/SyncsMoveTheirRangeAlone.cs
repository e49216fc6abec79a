using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What syncs promise of the bytes that they are not asked for: the CPU and the device may be at work on those.</summary>
public sealed class SyncsMoveTheirRangeAlone() : MappingLaw(
    "syncs move their range alone",
    "a sync brings home, or to the copy, the bytes of its range and no other: what the CPU wrote beside it stands, what the device wrote beside it too, and an empty range moves nothing",
    needs: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        if (one.Home.HasDuplicates) return LawOutcome.Idle;
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 11);
        var parts = new MapPart[2048];
        int count = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts).PartCount;
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped || result.BouncedBytes == 0 || count > parts.Length) return LawOutcome.Idle;
        (long at, long length) = one.PartOf(result.Length);
        bool[] copied = Copied(parts.AsSpan(0, count), result.Length);

        byte[] device = HomeBytes.Noise(result.Length, 90), cpu = HomeBytes.Noise(result.Length, 91);
        DeviceBytes.Write(rig.Bus, segments, 0, device);
        HomeBytes.Write(rig.Memory, one.Home, 0, cpu);
        rig.Mapper.SyncForCpu(result.Token, at, 0);
        if (Differ(Home(rig, one, result), cpu) is { } moved) return LawOutcome.Broken($"no byte at {at} was synced for the CPU, and it reads {moved}");
        rig.Mapper.SyncForCpu(result.Token, at, length);
        byte[] expected = [.. cpu.Select((written, i) => copied[i] && i >= at && i < at + length ? device[i] : written)];
        if (Differ(Home(rig, one, result), expected) is { } home) return LawOutcome.Broken($"{length} bytes at {at} were synced for the CPU, and it reads {home}");

        HomeBytes.Write(rig.Memory, one.Home, 0, cpu = HomeBytes.Noise(result.Length, 92));
        byte[] before = [.. cpu.Select((written, i) => copied[i] ? device[i] : written)];
        rig.Mapper.SyncForDevice(result.Token, at, 0);
        if (Differ(DeviceBytes.Read(rig.Bus, segments, 0, result.Length), before) is { } early) return LawOutcome.Broken($"no byte at {at} was synced for the device, and it reads {early}");
        rig.Mapper.SyncForDevice(result.Token, at, length);
        expected = [.. before.Select((seen, i) => i >= at && i < at + length ? cpu[i] : seen)];
        if (Differ(DeviceBytes.Read(rig.Bus, segments, 0, result.Length), expected) is { } read) return LawOutcome.Broken($"{length} bytes at {at} were synced for the device, and it reads {read}");
        rig.Mapper.Unmap(result.Token);
        return LawOutcome.HeldIf(length < result.Length);
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short() with { Direction = DmaDirection.Bidirectional };

    private static byte[] Home(MapperRig rig, MapperCase one, in MapResult result) => HomeBytes.Read(rig.Memory, one.Home).AsSpan(0, (int)result.Length).ToArray();

    private static string? Differ(byte[] bytes, byte[] expected) => HomeBytes.Differ(bytes, expected, 0);

    /// <summary>Which bytes of a mapping are copies.</summary>
    private static bool[] Copied(ReadOnlySpan<MapPart> parts, long length)
    {
        var copied = new bool[length];
        foreach (MapPart part in parts)
        {
            for (long i = part.Offset; part.Treatment == MapTreatment.Bounced && i < part.Offset + part.Length; i++) copied[i] = true;
        }

        return copied;
    }
}
