using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class AttachmentPlanTests
{
    private const long Length = 20 * 4096;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(16 << 20);

    [Fact]
    public void Planning_chooses_no_frames()
    {
        using SharedBuffer buffer = NewBuffer();
        Attachment nic = Attach(buffer, "nic", BounceMode.WhatMust);
        Assert.Equal(MapStatus.NoBacking, nic.Plan(0, Length, DmaDirection.ToDevice).Status);
        Assert.Null(buffer.Backing);
    }

    [Theory]
    [InlineData(BounceMode.WhatMust)]
    [InlineData(BounceMode.PartialFrames)]
    [InlineData(BounceMode.Everything)]
    public void A_plan_tells_what_mapping_then_does(BounceMode mode)
    {
        using SharedBuffer buffer = NewBuffer();
        Attachment nic = Attach(buffer, "nic", mode);
        OpenAndClose(buffer);
        var parts = new MapPart[8];
        MapPlan plan = nic.Plan(100, 9000, DmaDirection.Bidirectional, MapOptions.None, parts);
        Assert.True(plan.Succeeds);
        Assert.Equal(0, nic.LiveMappings + buffer.LiveUses);

        var segments = new DmaSegment[plan.SegmentCount];
        MapResult mapping = nic.Map(100, 9000, DmaDirection.Bidirectional, segments).Mapping;
        Assert.Equal((plan.SegmentCount, plan.Length, plan.BouncedBytes), (mapping.SegmentCount, mapping.Length, mapping.BouncedBytes));
        long bounced = 0;
        foreach (MapPart part in parts.AsSpan(0, plan.PartCount)) bounced += part.Treatment == MapTreatment.Bounced ? part.Length : 0;
        Assert.Equal(mapping.BouncedBytes, bounced);
        nic.Unmap(mapping.Token);
    }

    [Fact]
    public void A_plan_foresees_copies_that_would_diverge()
    {
        using SharedBuffer buffer = NewBuffer();
        Attachment writer = Attach(buffer, "writer", BounceMode.Everything), reader = Attach(buffer, "reader", BounceMode.WhatMust);
        MapResult live = writer.Map(0, 4096, DmaDirection.FromDevice, new DmaSegment[4]).Mapping;
        Assert.Equal(MapStatus.WouldDiverge, reader.Plan(0, 8192, DmaDirection.ToDevice).Status);
        Assert.True(reader.Plan(4096, 4096, DmaDirection.ToDevice).Succeeds);
        writer.Unmap(live.Token);
        Assert.True(reader.Plan(0, 8192, DmaDirection.ToDevice).Succeeds);
    }

    [Fact]
    public void What_mapping_throws_for_planning_throws_for()
    {
        using SharedBuffer buffer = NewBuffer();
        Attachment nic = Attach(buffer, "nic", BounceMode.WhatMust, MemoryAccess.Read);
        Assert.Throws<ArgumentOutOfRangeException>(() => nic.Plan(0, 0, DmaDirection.ToDevice));
        Assert.Throws<ArgumentOutOfRangeException>(() => nic.Plan(1, Length, DmaDirection.ToDevice));
        Assert.Throws<ArgumentOutOfRangeException>(() => nic.Plan(0, 1, DmaDirection.FromDevice));
        nic.Detach();
        Assert.Throws<InvalidOperationException>(() => nic.Plan(0, 1, DmaDirection.ToDevice));
    }

    private SharedBuffer NewBuffer() => new(new SystemMemoryExporter("memory", _machine, Length));

    private Attachment Attach(SharedBuffer buffer, string name, BounceMode mode, MemoryAccess access = MemoryAccess.ReadWrite)
    {
        var pool = new BouncePool(_machine, _machine.Frames, 64 * 4096);
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice(name, default, new DmaConstraints { MaxSegmentSize = 8192 })), pool, mode);
        return buffer.Attach(mapper, new Importer(mapper.Profile) { Access = access }).Attachment!;
    }

    private static void OpenAndClose(SharedBuffer buffer)
    {
        buffer.BeginCpuAccess(0, Length, MemoryAccess.Write).Access!.Dispose();
    }
}
