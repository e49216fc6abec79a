using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Turns that are open at the same time: how many, beside whom, on what, and what becomes of them when their device is gone.</summary>
public class OpenTurnTests
{
    private readonly DmaSegment[] _segments = new DmaSegment[64];

    [Fact]
    public void Turns_are_told_apart()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        AccessTurn first = Begin(a, onA, 0, 1, MemoryAccess.Read), second = Begin(a, onA, 1, 1, MemoryAccess.Read), again = first;
        Assert.True(first == again);
        Assert.False(first == second);
        Assert.True(first != second);
        Assert.False(first != again);
        a.Unmap(onA.Token);
    }

    [Fact]
    public void Many_read_a_byte_at_once()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        (Attachment b, MapResult onB, _, _) = Copying(scene, "b");
        AccessTurn ofA = Begin(a, onA, 0, 100, MemoryAccess.Read), ofB = Begin(b, onB, 50, 100, MemoryAccess.Read);
        using (CpuAccess? cpu = scene.Buffer.BeginCpuAccess(0, 200, MemoryAccess.Read).Access) Assert.NotNull(cpu);
        Assert.Equal("a", b.BeginAccess(onB.Token, 60, 1, MemoryAccess.Write).ConflictsWith);
        a.EndAccess(ofA);
        b.EndAccess(ofB);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
    }

    [Fact]
    public void Twenty_turns_are_open_at_once_and_each_ends_by_itself()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        (Attachment b, MapResult onB, _, _) = Copying(scene, "b");
        List<AccessTurn> turns = [.. Enumerable.Range(0, 20).Select(i => Begin(a, onA, i * 100, 100, MemoryAccess.Write))];
        for (int i = 0; i < turns.Count; i++)
        {
            Assert.Equal("a", b.BeginAccess(onB.Token, (i * 100) + 99, 1, MemoryAccess.Read).ConflictsWith);
            a.EndAccess(turns[i]);
            b.EndAccess(Begin(b, onB, i * 100, 100, MemoryAccess.Write));
        }

        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
    }

    [Fact]
    public void A_turn_on_lines_sees_what_was_written_before_and_brings_home_what_it_wrote()
    {
        using var scene = new MoveScene();
        (Attachment a, BusPort port) = Come(scene, "a");
        MappingToken live = a.MapPlane(new Plane(0, 250, 500, 40), 0, DmaDirection.Bidirectional, _segments).Mapping.Token;
        using (CpuAccess cpu = scene.Buffer.BeginCpuAccess(500, 4, MemoryAccess.Write).Access!) cpu.Write(0, "seen"u8);
        AccessTurn turn = a.BeginAccess(live, 250, 10, MemoryAccess.ReadWrite).Turn;
        var read = new byte[4];
        Assert.True(port.TryRead(_segments[1].Address, read, out _));
        Assert.Equal("seen"u8, read);
        Assert.True(port.TryWrite(_segments[1].Address, "home"u8, out _));
        a.EndAccess(turn);
        using (CpuAccess cpu = scene.Buffer.BeginCpuAccess(500, 4, MemoryAccess.Read).Access!) cpu.Read(0, read);
        Assert.Equal("home"u8, read);
        a.Unmap(live);
    }

    [Fact]
    public void A_turn_of_a_device_that_is_gone_hinders_nobody_and_what_it_wrote_is_home()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, BusPort port, DmaAddress at) = Copying(scene, "a");
        (Attachment b, MapResult onB, _, _) = Copying(scene, "b");
        (Attachment c, MapResult onC, _, _) = Copying(scene, "c");
        AccessTurn ofB = Begin(b, onB, 200, 100, MemoryAccess.Write), ofA = Begin(a, onA, 0, 100, MemoryAccess.Write);
        AccessTurn last = Begin(b, onB, 300, 100, MemoryAccess.Write);
        Assert.True(port.TryWrite(at, "gone"u8, out _));
        a.Revoke();
        Assert.Equal("gone"u8, scene.Machine.Access(scene.Start, 4));
        IReadOnlyList<UseReport> uses = scene.Buffer.Report().Uses;
        Assert.Equal([("a", 0), ("b", 2), ("c", 0)], uses.Select(use => (use.Owner, use.OpenTurns.Count)));
        Assert.Equal([200L, 300L], uses[1].OpenTurns.Select(turn => turn.Offset));
        Assert.Equal(MapStatus.Revoked, a.BeginAccess(onA.Token, 1000, 1, MemoryAccess.Read).Status);

        c.EndAccess(Begin(c, onC, 0, 100, MemoryAccess.ReadWrite));
        Assert.Equal("b", c.BeginAccess(onC.Token, 200, 1, MemoryAccess.Read).ConflictsWith);
        Assert.Equal("b", c.BeginAccess(onC.Token, 300, 1, MemoryAccess.Read).ConflictsWith);
        a.EndAccess(ofA);
        b.EndAccess(ofB);
        b.EndAccess(last);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
        c.Unmap(onC.Token);
    }

    [Fact]
    public void An_access_of_the_cpu_to_no_byte_is_told_of_and_hinders_no_turn()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        using (scene.Buffer.BeginCpuAccess(10, 0, MemoryAccess.ReadWrite).Access)
        {
            a.EndAccess(Begin(a, onA, 0, 4096, MemoryAccess.Write));
            Assert.Equal([("a", 0L, MoveScene.Length), ("the CPU", 10L, 0L)], scene.Buffer.Report().Uses.Select(use => (use.Owner, use.Offset, use.Length)));
        }

        a.Unmap(onA.Token);
    }

    [Fact]
    public void A_turn_outside_the_mapping_is_told_of_even_where_others_are_in_the_way()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        (Attachment b, MapResult onB, _, _) = Copying(scene, "b");
        AccessTurn all = Begin(a, onA, 0, MoveScene.Length, MemoryAccess.Write);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => b.BeginAccess(onB.Token, 0, MoveScene.Length + 1, MemoryAccess.Read)).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => b.BeginAccess(onB.Token, 0, 0, MemoryAccess.Read)).ParamName);
        Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => b.BeginAccess(onB.Token, MoveScene.Length + 1, 1, MemoryAccess.Read)).ParamName);
        a.EndAccess(all);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
    }

    [Fact]
    public void A_turn_does_what_the_mapping_lets_its_device_do()
    {
        using var scene = new MoveScene();
        (Attachment a, _) = Come(scene, "a");
        MappingToken live = a.Map(0, 4096, DmaDirection.ToDevice, _segments).Mapping.Token;
        foreach (MemoryAccess access in new[] { MemoryAccess.Write, MemoryAccess.ReadWrite })
            Assert.Equal("access", Assert.Throws<ArgumentOutOfRangeException>(() => a.BeginAccess(live, 0, 1, access)).ParamName);
        Assert.True(a.BeginAccess(live, 0, 1, MemoryAccess.Read).HasBegun);
        a.Unmap(live);
    }

    [Fact]
    public void Nobody_begins_a_turn_on_pfns()
    {
        using var scene = new MoveScene();
        var importer = new Importer(new MapperProfile(scene.Device("gpu", default), Addressing.Direct)) { RawPfns = true, TakesTurns = true };
        Attachment gpu = scene.Buffer.AttachRaw(importer).Attachment!;
        MappingToken hold = gpu.TakePfns(0, 4096, DmaDirection.Bidirectional, out _).Mapping.Token;
        Assert.Equal("token", Assert.Throws<ArgumentException>(() => gpu.BeginAccess(hold, 0, 1, MemoryAccess.Read)).ParamName);
        gpu.PutBack(hold);
    }

    private static AccessTurn Begin(Attachment attachment, in MapResult mapping, long offset, long length, MemoryAccess access)
    {
        TurnResult result = attachment.BeginAccess(mapping.Token, offset, length, access);
        Assert.True(result.HasBegun, result.ToString());
        return result.Turn;
    }

    /// <summary>A device that takes turns and copies everything.</summary>
    private static (Attachment Attachment, BusPort Port) Come(MoveScene scene, string name)
    {
        var mapper = new BounceMapper(new DirectMapper(scene.Device(name, default)), scene.Pool, BounceMode.Everything);
        Attachment attachment = scene.Come(mapper, importer => new Importer(importer) { TakesTurns = true }).Attachment!;
        return (attachment, BusPort.Direct(mapper.Profile.Device, scene.Machine));
    }

    /// <summary>The same, with all bytes mapped both ways.</summary>
    private static (Attachment Attachment, MapResult Mapping, BusPort Port, DmaAddress At) Copying(MoveScene scene, string name)
    {
        (Attachment attachment, BusPort port) = Come(scene, name);
        MapResult mapping = MoveScene.Map(attachment, DmaDirection.Bidirectional, out DmaSegment[] segments);
        return (attachment, mapping, port, Assert.Single(segments).Address);
    }
}
