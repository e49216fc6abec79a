using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>An exporter or a device that is gone: a declared event, after which devices fault and unmapping still succeeds (I1).</summary>
public class RevokeTests
{
    [Fact]
    public void A_revoked_buffer_lets_devices_fault_and_owners_unmap()
    {
        using var scene = new MoveScene();
        Attachment camera = scene.BehindIommu().Attachment!, nic = scene.Anything();
        Attachment gpu = scene.Raw().Attachment!;
        MapResult a = MoveScene.Map(camera, DmaDirection.Bidirectional, out DmaSegment[] segments), b = MoveScene.Map(nic);
        MappingToken c = gpu.TakePfns(0, 1, DmaDirection.ToDevice, out _).Mapping.Token;
        BusPort port = scene.Iommu.Connect(camera.Importer.Profile.Device, scene.Domain);
        var read = new byte[4];
        Assert.True(port.TryRead(segments[0].Address, read, out _));

        scene.Buffer.Revoke();
        scene.Buffer.Revoke();
        Assert.False(port.TryRead(segments[0].Address, read, out _));
        camera.SyncForCpu(a.Token, 0, 1);
        Assert.Equal(MapStatus.Revoked, nic.Map(0, 1, DmaDirection.ToDevice, new DmaSegment[1]).Mapping.Status);
        Assert.Equal(MapStatus.Revoked, nic.Plan(0, 1, DmaDirection.ToDevice).Status);
        Assert.Equal(MapStatus.Revoked, gpu.TakePfns(0, 1, DmaDirection.ToDevice, out _).Mapping.Status);
        Assert.Equal(MapStatus.Revoked, scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Status);
        Assert.Throws<InvalidOperationException>(() => scene.Tight());
        Assert.Throws<InvalidOperationException>(scene.Buffer.Dispose);
        Assert.False(scene.Buffer.Move().HasMoved);
        camera.Unmap(a.Token);
        nic.Unmap(b.Token);
        gpu.PutBack(c);
        Assert.Throws<ArgumentException>(() => camera.Unmap(a.Token));
    }

    [Fact]
    public void A_device_that_is_gone_takes_nobody_with_it()
    {
        using var scene = new MoveScene();
        var mapper = new BounceMapper(new DirectMapper(scene.Device("isa", default)), scene.Pool, BounceMode.Everything);
        Attachment isa = scene.Come(mapper).Attachment!, nic = scene.Anything();
        MapResult live = MoveScene.Map(isa, DmaDirection.Bidirectional, out DmaSegment[] segments);
        Assert.True(BusPort.Direct(mapper.Profile.Device, scene.Machine).TryWrite(segments[0].Address, "last"u8, out _));
        isa.Revoke();
        Assert.Equal("last"u8, scene.Read().AsSpan(0, 4));
        Assert.Equal(MapStatus.Revoked, isa.Map(0, 1, DmaDirection.ToDevice, segments).Mapping.Status);
        nic.Unmap(MoveScene.Map(nic).Token);
        Assert.Equal(scene.Pool.Capacity, scene.Pool.FreeBytes);
        Assert.Throws<InvalidOperationException>(isa.Detach);
        isa.Unmap(live.Token);
        isa.Detach();
    }

    [Fact]
    public void A_holder_that_is_revoked_while_others_stop_ends_the_move()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        told.OnStop = notice =>
        {
            Assert.True(nic.ConfirmStopped(notice.Token));
            nic.Revoke();
        };
        PfnBuffer before = scene.Buffer.Backing!;
        Assert.False(scene.Tight().IsAttached);
        Assert.Same(before, scene.Buffer.Backing);
        nic.Unmap(live.Token);
        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
    }

    [Fact]
    public void A_move_does_not_wait_for_somebody_who_was_revoked()
    {
        // The clock stands still, so nothing but the revocation can end the wait.
        using var scene = new MoveScene(clock: new ManualTime());
        var told = new Obedient { OnStop = notice => notice.Attachment.Revoke() };
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        Assert.False(scene.Buffer.Move().HasMoved);
        Assert.False(told.Outcomes[0].HasMoved);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void No_device_is_named_like_the_cpu()
    {
        using var scene = new MoveScene();
        Assert.Contains("the CPU", Assert.Throws<ArgumentException>(() => scene.Anything("the CPU")).Message, StringComparison.Ordinal);
    }
}
