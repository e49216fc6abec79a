using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What a hot path counts on.</summary>
public sealed class MappingAllocatesNothing() : MappingLaw(
    "mapping allocates nothing",
    "planning, mapping, syncing and unmapping allocate no byte once warm",
    needs: MapperCapabilities.AllocatesNothing)
{
    private const int Measurements = 8;

    /// <inheritdoc/>
    public override int Cases => 30;

    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <summary>The law, where the runtime counts what a thread allocates.</summary>
    internal static IEnumerable<MapperLaw> WhereCounted => [new MappingAllocatesNothing()];

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        var segments = new DmaSegment[4096];

        // The rig's memory makes a frame when it is first touched, which is nothing of the mapper's.
        for (int slot = 0; slot < one.PoolSlots; slot++) rig.Memory.Access(new PhysicalAddress(RigMemory.Pool + ((ulong)slot * 4096)), 1);
        Pfn[] frames = one.Home.Frames;
        for (int i = 0; i < 2; i++)
        {
            if (!Once(rig, one, frames, segments)) return LawOutcome.Idle;
        }

        // The least of several: a collection on another thread moves the count by what was left of this thread's allocation context.
        long least = long.MaxValue;
        for (int i = 0; i < Measurements && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Once(rig, one, frames, segments);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least == 0 ? LawOutcome.Held : LawOutcome.Broken($"{least} bytes", "none. Code that is not optimised yet allocates too: run with TieredCompilation off");
    }

    private static bool Once(MapperRig rig, MapperCase one, Pfn[] frames, DmaSegment[] segments)
    {
        var view = new PfnView(frames, one.Home.PageSize, one.Home.Offset, one.Home.Length);
        rig.Mapper.Plan(view, one.Direction, one.Options, default);
        MapResult result = rig.Mapper.Map(view, one.Direction, segments, one.Options);
        if (!result.IsMapped) return false;
        rig.Mapper.SyncForCpu(result.Token, 0, result.Length);
        rig.Mapper.SyncForDevice(result.Token, 0, result.Length);
        rig.Mapper.Unmap(result.Token);
        return true;
    }
}
