using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Copies of the same bytes, written by several, beside each other: allowed to those who take turns (I7).</summary>
public class TurnTests
{
    private static readonly Func<Importer, Importer> WithTurns = importer => new Importer(importer) { TakesTurns = true };

    [Fact]
    public void Two_who_take_turns_work_on_copies_of_the_same_bytes_and_each_sees_what_the_other_wrote()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, BusPort portA, DmaAddress atA) = Copying(scene, "a");
        (Attachment b, MapResult onB, BusPort portB, DmaAddress atB) = Copying(scene, "b");

        AccessTurn turn = Begin(a, onA, 100, 8, MemoryAccess.Write);
        Assert.True(portA.TryWrite(atA + 100, "from a.."u8, out _));
        TurnResult early = b.BeginAccess(onB.Token, 104, 8, MemoryAccess.Read);
        Assert.Equal((MapStatus.WouldDiverge, "a"), (early.Status, early.ConflictsWith));
        a.EndAccess(turn);

        turn = Begin(b, onB, 100, 8, MemoryAccess.ReadWrite);
        var read = new byte[8];
        Assert.True(portB.TryRead(atB + 100, read, out _));
        Assert.Equal("from a.."u8, read);
        Assert.True(portB.TryWrite(atB + 100, "from b.."u8, out _));
        b.EndAccess(turn);

        turn = Begin(a, onA, 100, 8, MemoryAccess.Read);
        Assert.True(portA.TryRead(atA + 100, read, out _));
        Assert.Equal("from b.."u8, read);
        a.EndAccess(turn);

        // A's copy is older than b's bytes elsewhere; unmapping rewrites nothing.
        turn = Begin(b, onB, 9000, 1, MemoryAccess.Write);
        Assert.True(portB.TryWrite(atB + 9000, "!"u8, out _));
        b.EndAccess(turn);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
        byte[] home = scene.Read();
        Assert.Equal("from b.."u8, home.AsSpan(100, 8));
        Assert.Equal((byte)'!', home[9000]);
    }

    [Fact]
    public void Who_takes_no_turns_is_refused_beside_a_copy_that_does()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        Attachment nic = scene.Anything();
        SharedMapResult refused = nic.Map(0, 1, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal((MapStatus.WouldDiverge, "a"), (refused.Mapping.Status, refused.ConflictsWith));
        a.Unmap(onA.Token);
        nic.Unmap(MoveScene.Map(nic).Token);
    }

    [Fact]
    public void The_cpu_takes_turns_with_those_who_do()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, BusPort port, DmaAddress at) = Copying(scene, "a");
        using (CpuAccess cpu = scene.Buffer.BeginCpuAccess(0, 4096, MemoryAccess.Write).Access!)
        {
            TurnResult refused = a.BeginAccess(onA.Token, 0, 8, MemoryAccess.Read);
            Assert.Equal("the CPU", refused.ConflictsWith);
            cpu.Write(0, "from cpu"u8);
        }

        AccessTurn turn = Begin(a, onA, 0, 8, MemoryAccess.ReadWrite);
        var read = new byte[8];
        Assert.True(port.TryRead(at, read, out _));
        Assert.Equal("from cpu"u8, read);
        CpuAccessResult early = scene.Buffer.BeginCpuAccess(4, 1, MemoryAccess.Read);
        Assert.Equal((MapStatus.WouldDiverge, "a"), (early.Status, early.ConflictsWith));
        scene.Buffer.BeginCpuAccess(4096, 1, MemoryAccess.Write).Access!.Dispose();
        a.EndAccess(turn);
        a.Unmap(onA.Token);
    }

    [Fact]
    public void Unmapping_ends_an_open_turn_and_brings_home_what_it_wrote()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, BusPort port, DmaAddress at) = Copying(scene, "a");
        AccessTurn turn = Begin(a, onA, 0, 4, MemoryAccess.Write);
        Assert.True(port.TryWrite(at, "late"u8, out _));
        a.Unmap(onA.Token);
        Assert.Equal("late"u8, scene.Read().AsSpan(0, 4));
        Assert.Throws<ArgumentException>(() => a.EndAccess(turn));
    }

    [Fact]
    public void A_move_takes_along_what_an_open_turn_wrote()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        (Attachment a, MapResult onA, BusPort port, DmaAddress at) = Copying(scene, "a", told);
        AccessTurn turn = Begin(a, onA, 4000, 200, MemoryAccess.Write);
        Assert.True(port.TryWrite(at + 4090, "across a page"u8, out _));
        Assert.True(port.TryWrite(at + 100, "outside the turn"u8, out _));
        Assert.True(scene.Buffer.Move().HasMoved);
        var read = new byte[13];
        Assert.True(port.TryRead(told.Outcomes[0].Mappings[0].Segments.Span[0].Address + 4090, read, out _));
        Assert.Equal("across a page"u8, read);
        a.EndAccess(turn);
        a.Unmap(onA.Token);
        byte[] home = scene.Read();
        Assert.Equal("across a page"u8, home.AsSpan(4090, 13));
        Assert.NotEqual((byte)'o', home[100]);
    }

    [Fact]
    public void Turns_that_are_none_are_told()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        Attachment nic = scene.Anything(), b = Copying(scene, "b").Attachment;
        Assert.Throws<ArgumentOutOfRangeException>(() => a.BeginAccess(onA.Token, 0, MoveScene.Length + 1, MemoryAccess.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => a.BeginAccess(onA.Token, 0, 1, MemoryAccess.None));
        Assert.Throws<ArgumentException>(() => a.BeginAccess(default, 0, 1, MemoryAccess.Read));
        Assert.Throws<ArgumentException>(() => a.EndAccess(default));
        AccessTurn turn = Begin(a, onA, 0, 1, MemoryAccess.Read);
        Assert.Throws<ArgumentException>(() => b.EndAccess(turn));
        a.EndAccess(turn);
        Assert.Throws<ArgumentException>(() => a.EndAccess(turn));
        Assert.Throws<InvalidOperationException>(() => a.SyncForCpu(onA.Token, 0, 1));
        a.Unmap(onA.Token);
        foreach (Attachment one in scene.Buffer.Attachments)
        {
            if (one.LiveMappings > 0) one.Unmap(_lastOfB);
        }

        MapResult plain = MoveScene.Map(nic);
        Assert.Throws<InvalidOperationException>(() => nic.BeginAccess(plain.Token, 0, 1, MemoryAccess.Read));
        nic.Unmap(plain.Token);
    }

    [Fact]
    public void Turns_allocate_nothing()
    {
        using var scene = new MoveScene();
        (Attachment a, MapResult onA, _, _) = Copying(scene, "a");
        Assert.Equal(0, Allocations.Of(() => a.EndAccess(a.BeginAccess(onA.Token, 0, 4096, MemoryAccess.ReadWrite).Turn)));
        a.Unmap(onA.Token);
    }

    [ThreadStatic]
    private static MappingToken _lastOfB;

    private static AccessTurn Begin(Attachment attachment, in MapResult mapping, long offset, long length, MemoryAccess access)
    {
        TurnResult result = attachment.BeginAccess(mapping.Token, offset, length, access);
        Assert.True(result.HasBegun, result.ToString());
        return result.Turn;
    }

    /// <summary>A device that takes turns and copies everything, with all bytes mapped both ways.</summary>
    private static (Attachment Attachment, MapResult Mapping, BusPort Port, DmaAddress At) Copying(MoveScene scene, string name, IMovable? movable = null)
    {
        var mapper = new BounceMapper(new DirectMapper(scene.Device(name, default)), scene.Pool, BounceMode.Everything);
        Attachment attachment = scene.Come(mapper, importer => new Importer(WithTurns(importer)) { IsMovable = movable is not null }, movable).Attachment!;
        MapResult mapping = MoveScene.Map(attachment, DmaDirection.Bidirectional, out DmaSegment[] segments);
        if (name == "b") _lastOfB = mapping.Token;
        return (attachment, mapping, BusPort.Direct(mapper.Profile.Device, scene.Machine), Assert.Single(segments).Address);
    }
}
