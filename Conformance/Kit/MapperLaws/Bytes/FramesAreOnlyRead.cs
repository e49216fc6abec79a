using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="IDmaMapper"/> promises of the caller's array and span.</summary>
public sealed class FramesAreOnlyRead() : MappingLaw(
    "frames are only read",
    "planning and mapping leave the pfn array as it is, and need neither it nor the caller's span of segments once they have returned")
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 8);
        byte[] expected = HomeBytes.Read(rig.Memory, one.Home);
        Pfn[] frames = [.. one.Home.Frames];
        var span = new DmaSegment[1024];
        var view = new PfnView(frames, one.Home.PageSize, one.Home.Offset, one.Home.Length);
        rig.Mapper.Plan(view, one.Direction, one.Options, default);
        MapResult result = rig.Mapper.Map(view, one.Direction, span, one.Options);
        if (!frames.SequenceEqual(one.Home.Frames)) return LawOutcome.Broken("the array was written", "the array as it was");
        if (!result.IsMapped) return LawOutcome.Idle;

        // Gone for the mapper: the array has other frames, in reach of everything.
        DmaSegment[] segments = [.. span.Take(result.SegmentCount)];
        for (int i = 0; i < frames.Length; i++) frames[i] = new Pfn((RigMemory.StartOf(HomeArea.Low) >> one.Home.PageSize.Shift) + 3);
        Array.Clear(span, 0, span.Length);
        bool writes = (one.Direction & DmaDirection.FromDevice) != 0 && !one.Home.HasDuplicates;
        if (writes)
        {
            byte[] written = HomeBytes.Noise(result.Length, 83);
            DeviceBytes.Write(rig.Bus, segments, 0, written);
            written.CopyTo(expected, 0);
        }

        if (result.NeedsSync) rig.Mapper.SyncForCpu(result.Token, 0, result.Length);
        if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), expected, 0) is { } lost) return LawOutcome.Broken($"after the array is gone, the CPU reads {lost}");
        if (result.NeedsSync) rig.Mapper.SyncForDevice(result.Token, 0, result.Length);
        rig.Mapper.Unmap(result.Token);
        if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), expected, 0) is { } changed) return LawOutcome.Broken($"unmapped after the array is gone, the CPU reads {changed}");
        return frames.Any(frame => frame != frames[0]) ? LawOutcome.Broken("the array was written later", "the array as it was") : LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short();
}
