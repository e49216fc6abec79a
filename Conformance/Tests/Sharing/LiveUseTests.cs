using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Many uses of a buffer at once, and uses that are over between others that are not: each is found, and nothing else is.</summary>
public class LiveUseTests
{
    // As many as a buffer has room for at first.
    private const int Many = 8;

    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Fact]
    public void Eight_uses_move_with_the_bytes_and_a_ninth_finds_room_beside_them()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told), idle = scene.Anything("idle");
        List<MappingToken> live = [.. Enumerable.Range(0, Many).Select(i => Map(nic, i))];
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.Equal(Many, Assert.Single(told.Outcomes).Mappings.Count);
        MappingToken ninth = Map(idle, Many), tenth = Map(idle, Many + 1);
        Assert.Equal(Enumerable.Range(0, Many + 2).Select(i => i * 1000L), Offsets(scene));
        foreach (MappingToken one in live) nic.Unmap(one);
        Assert.Equal([Many * 1000L, (Many + 1) * 1000L], Offsets(scene));
        idle.Unmap(ninth);
        idle.Unmap(tenth);
        Assert.Equal(0, scene.Buffer.LiveUses);
    }

    [Fact]
    public void A_turn_begins_beside_eight_uses()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Come(new DirectMapper(scene.Device("nic", default)), importer => new Importer(importer) { TakesTurns = true }).Attachment!;
        List<MappingToken> live = [.. Enumerable.Range(0, Many).Select(i => Map(nic, i))];
        TurnResult turn = nic.BeginAccess(live[^1], 0, 1000, MemoryAccess.Read);
        Assert.True(turn.HasBegun, turn.ToString());
        foreach (MappingToken one in live) nic.Unmap(one);
    }

    [Fact]
    public void Eight_uses_are_revoked_together()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        List<MappingToken> live = [.. Enumerable.Range(0, Many).Select(i => Map(nic, i))];
        scene.Buffer.Revoke();
        IReadOnlyList<UseReport> uses = scene.Buffer.Report().Uses;
        Assert.Equal(Many, uses.Count);
        Assert.All(uses, use => Assert.True(use.IsRevoked));
        foreach (MappingToken one in live) nic.Unmap(one);
    }

    [Fact]
    public void A_use_that_is_over_takes_no_other_with_it_and_leaves_its_room_to_the_next()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        MappingToken first = Map(nic, 0), second = Map(nic, 1), third = Map(nic, 2);
        nic.Unmap(first);
        Assert.Equal([1000L, 2000L], Offsets(scene));
        MappingToken fourth = Map(nic, 5), fifth = Map(nic, 6);
        Assert.Equal([1000L, 2000L, 5000L, 6000L], Offsets(scene));
        foreach (MappingToken one in new[] { second, third, fourth, fifth }) nic.Unmap(one);
        Assert.Empty(Offsets(scene));
        Assert.Equal(0, scene.Buffer.LiveUses);
    }

    [Fact]
    public void A_use_that_is_over_neither_pins_the_bytes_nor_is_revoked()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything("nic", new Obedient());
        MappingToken first = Map(nic, 0), second = Map(nic, 1);
        nic.Unmap(first);
        MoveReport report = scene.Buffer.Move();
        Assert.True(report.HasMoved, report.ToString());
        scene.Buffer.Revoke();
        nic.Unmap(second);
    }

    [Fact]
    public void Uses_that_are_over_leave_no_trace_in_memory()
    {
        using var scene = new MoveScene();
        Attachment gpu = scene.Raw().Attachment!;
        gpu.PutBack(gpu.TakePfns(0, 4096, DmaDirection.ToDevice, out _).Mapping.Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++) gpu.PutBack(gpu.TakePfns(0, 4096, DmaDirection.ToDevice, out _).Mapping.Token);

        // A few collections on other threads may each count for some KiB; ten thousand uses would for more than 1 MiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_holder_is_named_once_however_much_it_holds()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        MappingToken first = Map(nic, 0), second = Map(nic, 1);
        using (scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access)
        using (scene.Buffer.BeginCpuAccess(1, 1, MemoryAccess.Read).Access)
            Assert.Contains("(nic, the CPU)", Assert.Throws<InvalidOperationException>(scene.Buffer.Dispose).Message, StringComparison.Ordinal);
        nic.Unmap(first);
        nic.Unmap(second);
    }

    [Fact]
    public void Who_works_on_copies_goes_on_with_them_where_the_bytes_move_for_another()
    {
        const ulong FourGiB = 1UL << 32, FiveGiB = FourGiB + (1UL << 30);
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        MapResult pinned = MoveScene.Map(nic, DmaDirection.ToDevice);
        var mapper = new BounceMapper(new DirectMapper(scene.Device("isa", new DmaConstraints { Window = DmaWindow.OfBits(32) })), scene.Pool);
        Attachment isa = scene.Come(mapper, importer => new Importer(importer) { IsMovable = true }, new Obedient()).Attachment!;
        Assert.Equal(Verdict.Bounce, isa.Decision.Verdict);
        MapResult copied = MoveScene.Map(isa, DmaDirection.ToDevice);
        nic.Unmap(pinned.Token);

        // No frame is good for both.
        var window = new DmaWindow(new DmaAddress(FourGiB), new DmaAddress(FiveGiB - 1));
        AttachResult display = scene.Come(new DirectMapper(scene.Device("display", new DmaConstraints { Window = window })));
        Assert.True(display.IsAttached, display.ToString());
        Assert.Equal((Verdict.Move, Verdict.Bounce), (display.Decision.Verdict, isa.Decision.Verdict));
        Assert.InRange(scene.Start.Value, FourGiB, FiveGiB - 1);
        isa.Unmap(copied.Token);
    }

    private MappingToken Map(Attachment attachment, int at)
    {
        SharedMapResult result = attachment.Map(at * 1000, 1000, DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result.Mapping.Token;
    }

    private static IEnumerable<long> Offsets(MoveScene scene) => scene.Buffer.Report().Uses.Select(use => use.Offset);
}
