using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Forgets one kind of sync.</summary>
internal sealed class ForgetsSync(MapperRig rig, bool forCpu, bool forDevice) : MapperDecorator(rig)
{
    public override void SyncForCpu(MappingToken token, long offset, long length)
    {
        if (!forCpu) base.SyncForCpu(token, offset, length);
    }

    public override void SyncForDevice(MappingToken token, long offset, long length)
    {
        if (!forDevice) base.SyncForDevice(token, offset, length);
    }
}

/// <summary>Maps what the device writes for reading only, so that bounced bytes never come home.</summary>
internal sealed class LosesWrites(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, DmaDirection.ToDevice, segments, options);
}

/// <summary>Leaves the rest of a slot as it found it.</summary>
internal sealed class LeavesSlotsDirty(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.BouncedBytes == 0 || view.Offset % 4096 == 0) return result;
        for (ulong slot = RigMemory.Pool; slot < RigMemory.Pool + (ulong)Rig.Pool!.Capacity; slot += 4096)
        {
            Span<byte> before = Rig.Memory.Access(new PhysicalAddress(slot), view.Offset % 4096);
            if (before[0] == 0) before[0] = 0xAA;
        }

        return result;
    }
}

/// <summary>Copies though it must not.</summary>
internal sealed class CopiesAnyway(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options & ~MapOptions.ZeroCopy);
}

/// <summary>Takes every device for one that takes turns.</summary>
internal sealed class LetsCopiesDiverge(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options | MapOptions.TakesTurns);
}

/// <summary>Takes no device for one that takes turns.</summary>
internal sealed class KnowsNoTurns(MapperRig rig) : MapperDecorator(rig)
{
    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        => base.Map(view, direction, segments, options & ~MapOptions.TakesTurns);
}

/// <summary>Syncs the whole mapping, whatever range it is asked for.</summary>
internal sealed class SyncsEverything(MapperRig rig, bool forCpu, bool forDevice) : MapperDecorator(rig)
{
    private readonly Dictionary<MappingToken, long> _lengths = [];

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (result.IsMapped) _lengths[result.Token] = result.Length;
        return result;
    }

    public override void SyncForCpu(MappingToken token, long offset, long length)
    {
        if (forCpu) base.SyncForCpu(token, 0, _lengths[token]);
        else base.SyncForCpu(token, offset, length);
    }

    public override void SyncForDevice(MappingToken token, long offset, long length)
    {
        if (forDevice) base.SyncForDevice(token, 0, _lengths[token]);
        else base.SyncForDevice(token, offset, length);
    }
}
