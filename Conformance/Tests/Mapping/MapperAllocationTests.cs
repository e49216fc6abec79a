using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Mapping, syncing and unmapping allocate nothing once warm.</summary>
public class MapperAllocationTests
{
    public static TheoryData<MapperKind, int, bool> Views
    {
        get
        {
            var data = new TheoryData<MapperKind, int, bool>();
            foreach (MapperKind kind in Enum.GetValues<MapperKind>())
            {
                foreach (int count in new[] { 1, 256, 4096 })
                {
                    data.Add(kind, count, false);
                    data.Add(kind, count, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Mapping_allocates_nothing(MapperKind kind, int count, bool scattered)
    {
        MapperRig rig = Rig(kind, out PfnBuffer buffer, count, scattered);
        var segments = new DmaSegment[count];
        Assert.Equal(0, Allocations.Of(() =>
        {
            MapResult result = rig.Mapper.Map(buffer.View, DmaDirection.Bidirectional, segments, MapOptions.None);
            if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
            rig.Mapper.SyncForCpu(result.Token, 0, result.Length);
            rig.Mapper.SyncForDevice(result.Token, 0, result.Length);
            rig.Mapper.Unmap(result.Token);
        }));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Planning_allocates_nothing(MapperKind kind, int count, bool scattered)
    {
        MapperRig rig = Rig(kind, out PfnBuffer buffer, count, scattered);
        Assert.Equal(0, Allocations.Of(() => rig.Mapper.Plan(buffer.View, DmaDirection.Bidirectional)));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Mapping_through_an_attachment_allocates_nothing(MapperKind kind, int count, bool scattered)
    {
        MapperRig rig = Rig(kind, out PfnBuffer buffer, count, scattered);
        using var shared = new SharedBuffer(new FixedExporter(rig.Memory, buffer));
        using Attachment attachment = shared.Attach(rig.Mapper).Attachment!;
        var segments = new DmaSegment[count];
        Assert.Equal(0, Allocations.Of(() =>
        {
            SharedMapResult result = attachment.Map(0, shared.Length, DmaDirection.Bidirectional, segments);
            if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
            attachment.SyncForCpu(result.Mapping.Token, 0, result.Mapping.Length);
            attachment.Unmap(result.Mapping.Token);
        }));
    }

    [Fact]
    public void Mappings_of_many_views_at_once_allocate_nothing()
    {
        MapperRig rig = Rig(MapperKind.Iommu, out PfnBuffer buffer, 4096, true);
        var segments = new DmaSegment[1];
        var tokens = new MappingToken[512];
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < tokens.Length; i++) tokens[i] = rig.Mapper.Map(buffer.View.Slice(i * 4096, (i % 40 * 4096) + 1), DmaDirection.ToDevice, segments, MapOptions.None).Token;
            foreach (MappingToken token in tokens) rig.Mapper.Unmap(token);
        }));
    }

    /// <summary>Half of the frames are out of reach where the mapper can bounce them.</summary>
    private static MapperRig Rig(MapperKind kind, out PfnBuffer buffer, int count, bool scattered)
    {
        MapperRig rig = MapperRig.Of(Given.Case(kind) with { PoolSlots = 4096, Reach = kind == MapperKind.Bounce ? Reach.Bits32 : Reach.All });
        Pfn[] frames = Given.Frames(RigMemory.StartOf(HomeArea.Low) >> 12, count, scattered ? 3 : 1);
        for (int i = count / 2; i < count; i++) frames[i] += 0x10_0000;
        buffer = new PfnBuffer(frames, PageSize.Size4K, count == 1 ? 0 : 100, ((long)count * 4096) - (count == 1 ? 0 : 300));
        return rig;
    }
}
