using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Devices with an MMU of their own take the pfns as they are (Clark, T8): nothing is mapped, and what is taken is pinned.</summary>
public class RawPfnTests
{
    [Fact]
    public void Pfns_that_are_taken_are_those_of_the_backing_and_pin_it_until_they_are_put_back()
    {
        using var scene = new MoveScene();
        Attachment gpu = scene.Raw().Attachment!;
        SharedMapResult hold = gpu.TakePfns(4096 + 10, 8192, DmaDirection.Bidirectional, out PfnSlice pfns);
        Assert.True(hold.IsMapped);
        Assert.Equal((Verdict.Direct, 10L, 3), (gpu.Decision.Verdict, pfns.View.Offset, pfns.View.Frames.Length));
        Assert.Equal(scene.Buffer.Backing!.View.Frames[1], pfns.View.Frames[0]);

        Refusal refusal = scene.Tight().Decision.Refusal!;
        Assert.Contains(refusal.Causes, cause => cause is { Reason: RefusalReason.Pinned, Attachment: "gpu" });
        Assert.Equal("put gpu's pfns back", refusal.Advice);
        Assert.Throws<InvalidOperationException>(gpu.Detach);
        gpu.PutBack(hold.Mapping.Token);
        Assert.Equal(Verdict.Move, scene.Tight().Decision.Verdict);
    }

    [Fact]
    public void Its_constraints_speak_of_the_frames()
    {
        using var scene = new MoveScene();
        var device = new DmaDevice("gpu", new RequesterId(9), DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) });
        Attachment gpu = scene.Buffer.AttachRaw(new Importer(new MapperProfile(device, Addressing.Direct)) { RawPfns = true }).Attachment!;
        MappingToken token = gpu.TakePfns(0, MoveScene.Length, DmaDirection.ToDevice, out PfnSlice pfns).Mapping.Token;
        Assert.Equal(1, pfns.View.CountRuns());
        Assert.True(pfns.View.AddressAt(0).Value < 1UL << 32);
        gpu.PutBack(token);
    }

    [Fact]
    public void Nothing_can_be_copied_for_it()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        MapResult live = MoveScene.Map(nic);
        var device = new DmaDevice("gpu", new RequesterId(9), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        var importer = new Importer(new MapperProfile(device, Addressing.Direct) { BounceCapacity = 1 << 20 }) { RawPfns = true };
        Refusal refusal = scene.Buffer.AttachRaw(importer).Decision.Refusal!;
        Assert.Contains(refusal.Causes, cause => cause is { Way: Verdict.Bounce, Reason: RefusalReason.RawPfns });
        nic.Unmap(live.Token);
    }

    [Fact]
    public void It_conflicts_with_copies_like_everybody_else()
    {
        using var scene = new MoveScene();
        Attachment gpu = scene.Raw().Attachment!;
        MappingToken hold = gpu.TakePfns(0, 4096, DmaDirection.Bidirectional, out _).Mapping.Token;
        Attachment copies = scene.Come(new BounceMapper(new DirectMapper(scene.Device("copies", default)), scene.Pool, BounceMode.Everything)).Attachment!;
        SharedMapResult refused = copies.Map(0, 1, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal((MapStatus.WouldDiverge, "gpu"), (refused.Mapping.Status, refused.ConflictsWith));
        gpu.PutBack(hold);
    }

    [Fact]
    public void An_untrusted_device_gets_none()
    {
        using var scene = new MoveScene();
        var device = new DmaDevice("gpu", new RequesterId(9)) { IsTrusted = false };
        Refusal refusal = scene.Buffer.AttachRaw(new Importer(new MapperProfile(device, Addressing.Direct)) { RawPfns = true }).Decision.Refusal!;
        Assert.Equal(RefusalReason.Unconfined, refusal.Reason);
        Assert.Equal("trust gpu", refusal.Advice);
    }

    [Fact]
    public void Raw_and_mapped_are_not_mixed_up()
    {
        using var scene = new MoveScene();
        Attachment gpu = scene.Raw().Attachment!, nic = scene.Anything();
        Assert.Throws<InvalidOperationException>(() => gpu.Map(0, 1, DmaDirection.ToDevice, new DmaSegment[1]));
        Assert.Throws<InvalidOperationException>(() => gpu.Plan(0, 1, DmaDirection.ToDevice));
        Assert.Throws<InvalidOperationException>(() => nic.TakePfns(0, 1, DmaDirection.ToDevice, out _));
        MappingToken hold = gpu.TakePfns(0, 1, DmaDirection.ToDevice, out _).Mapping.Token;
        Assert.Throws<ArgumentException>(() => gpu.Unmap(hold));
        Assert.Throws<InvalidOperationException>(() => gpu.SyncForCpu(hold, 0, 1));
        gpu.PutBack(hold);
        Assert.Throws<ArgumentException>(() => gpu.PutBack(hold));
        var importer = new Importer(nic.Importer.Profile) { RawPfns = true };
        Assert.Throws<ArgumentException>(() => scene.Buffer.Attach(new DirectMapper(nic.Importer.Profile.Device), importer));
        Assert.Throws<ArgumentException>(() => scene.Buffer.AttachRaw(nic.Importer));
        var translated = new Importer(new MapperProfile(scene.Device("x", default), Addressing.Translated)) { RawPfns = true };
        Assert.Throws<ArgumentException>(() => scene.Buffer.AttachRaw(translated));
    }

    [Fact]
    public void Taking_and_putting_back_allocates_nothing()
    {
        using var scene = new MoveScene();
        Attachment gpu = scene.Raw().Attachment!;
        Assert.Equal(0, Allocations.Of(() => gpu.PutBack(gpu.TakePfns(0, 4096, DmaDirection.ToDevice, out _).Mapping.Token)));
    }
}
