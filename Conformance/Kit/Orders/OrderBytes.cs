using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// The bytes of a case's buffer as one sequential memory would have them (invariant I7). After each step every device that
/// holds bytes touches some through its port, and so does the CPU; whatever is read is compared.
/// </summary>
internal sealed class OrderBytes(OrderWorld world, SharedBuffer buffer, PaperState paper, IReadOnlyList<OrderActor> actors, OrderTally tally, ulong seed)
{
    private const int PlacesEach = 2;

    private ulong _seed = seed;

    private Span<byte> Model => world.Model.AsSpan(0, paper.Setting.Length);

    /// <summary>Frames are there: what they hold is what the bytes are at first.</summary>
    internal void Begin(PfnBuffer backing) => world.ReadHome(backing, Model);

    /// <summary>Everyone who can touches bytes; and whatever nobody holds a written copy of is home.</summary>
    internal void Touch(PfnBuffer backing)
    {
        bool isHome = true;
        foreach (OrderActor actor in actors)
        {
            PaperDevice device = actor.Paper;
            if (!device.IsLive) continue;
            for (int i = 0; i < PlacesEach; i++) Touch(actor, Roll(), i == 0);
            isHome &= !device.Writes || device.Facts.TakesTurns || device.CopiesFrom >= device.Length;
        }

        TouchByCpu(Roll());
        if (!isHome) return;
        Span<byte> home = world.Scratch.AsSpan(0, paper.Setting.Length);
        world.ReadHome(backing, home);
        if (!home.SequenceEqual(Model)) throw new LawViolatedException($"byte {FirstDifference(home, Model)} is not home: a sequential memory would have another one there (I7)");
    }

    /// <summary>Opens all bytes to the CPU, where no copy stands against it.</summary>
    internal CpuAccess? OpenAll() => Open(0, paper.Setting.Length, MemoryAccess.Read);

    private void Touch(OrderActor actor, ulong roll, bool atEdge)
    {
        PaperDevice device = actor.Paper;
        (long at, int length) = Place(roll, device.Length, atEdge);
        AccessTurn turn = default;
        if (device.Facts.TakesTurns)
        {
            TurnResult begun = actor.Attachment!.BeginAccess(actor.Token, at, length, (MemoryAccess)actor.Device.Direction);
            if (!begun.HasBegun) throw new LawViolatedException($"{actor.Device.Name} cannot begin a turn: {begun}; nobody has one");
            turn = begun.Turn;
            OthersWait(actor, at, length);
        }

        Span<byte> bytes = world.Scratch.AsSpan(0, length);
        if (device.Reads)
        {
            Move(actor, at, bytes, writes: false);
            if (!bytes.SequenceEqual(Model.Slice((int)at, length)))
                throw new LawViolatedException($"{actor.Device.Name} reads another byte {at + FirstDifference(bytes, Model.Slice((int)at, length))} than a sequential memory would have (I7)");
        }

        if (device.Writes)
        {
            Fill(bytes, roll);
            Move(actor, at, bytes, writes: true);
            bytes.CopyTo(Model.Slice((int)at));
        }

        if (device.Facts.TakesTurns) actor.Attachment!.EndAccess(turn);
    }

    /// <summary>While a device has a turn, nobody else gets one on the same bytes, nor does the CPU, where one of the two may write.</summary>
    private void OthersWait(OrderActor holder, long at, int length)
    {
        if (paper.Setting.Kind != MemoryKind.Protected && PaperUses.AgainstCpu(paper, at, length, writes: true) is null)
        {
            CpuAccessResult opened = buffer.BeginCpuAccess(at, length, MemoryAccess.ReadWrite);
            if (opened.Status != MapStatus.WouldDiverge || opened.ConflictsWith != holder.Device.Name) throw new LawViolatedException($"in {holder.Device.Name}'s turn the CPU is told: {opened}");
        }

        foreach (OrderActor other in actors)
        {
            if (ReferenceEquals(other, holder) || !other.Paper.IsLive || !other.Paper.Facts.TakesTurns) continue;
            TurnResult begun = other.Attachment!.BeginAccess(other.Token, at, length, (MemoryAccess)other.Device.Direction);
            bool waits = holder.Paper.Writes || other.Paper.Writes;
            if (begun.HasBegun == waits || (waits && begun.ConflictsWith != holder.Device.Name)) throw new LawViolatedException($"in {holder.Device.Name}'s turn {other.Device.Name} is told: {begun}");
            if (begun.HasBegun) other.Attachment!.EndAccess(begun.Turn);
        }
    }

    private void TouchByCpu(ulong roll)
    {
        bool writes = (roll & 1) != 0;
        (long at, int length) = Place(roll >> 1, paper.Setting.Length, (roll & 2) != 0);
        using CpuAccess? open = Open(at, length, writes ? MemoryAccess.ReadWrite : MemoryAccess.Read);
        if (open is null) return;
        Span<byte> bytes = world.Scratch.AsSpan(0, length);
        open.Read(0, bytes);
        if (!bytes.SequenceEqual(Model.Slice((int)at, length)))
            throw new LawViolatedException($"the CPU reads another byte {at + FirstDifference(bytes, Model.Slice((int)at, length))} than a sequential memory would have (I7)");
        foreach (OrderActor actor in actors)
        {
            if (!actor.Paper.IsLive || !actor.Paper.Facts.TakesTurns) continue;
            TurnResult begun = actor.Attachment!.BeginAccess(actor.Token, at, length, (MemoryAccess)actor.Device.Direction);
            bool waits = writes || actor.Paper.Writes;
            if (begun.HasBegun == waits || (waits && begun.ConflictsWith != SharingState.Cpu)) throw new LawViolatedException($"while the bytes are open to the CPU {actor.Device.Name} is told: {begun}");
            if (begun.HasBegun) actor.Attachment!.EndAccess(begun.Turn);
        }

        if (!writes) return;
        Fill(bytes, roll);
        open.Write(0, bytes);
        bytes.CopyTo(Model.Slice((int)at));
    }

    private CpuAccess? Open(long at, long length, MemoryAccess access)
    {
        CpuAccessResult result = buffer.BeginCpuAccess(at, length, access);
        bool writes = (access & MemoryAccess.Write) != 0;
        PaperDevice? against = PaperUses.AgainstCpu(paper, at, length, writes);
        MapStatus expected = paper.Setting.Kind == MemoryKind.Protected ? MapStatus.Refused : against is not null ? MapStatus.WouldDiverge : MapStatus.Mapped;
        if (result.Status != expected) throw new LawViolatedException($"the CPU is told: {result}; the oracle says {expected}");
        tally.CpuAccesses++;
        return result.Access;
    }

    /// <summary>The device itself reads or writes, at the addresses that it was given.</summary>
    private void Move(OrderActor actor, long at, Span<byte> bytes, bool writes)
    {
        tally.DeviceAccesses++;
        while (!bytes.IsEmpty)
        {
            DmaAddress address = actor.AddressOf(at, out int room);
            Span<byte> piece = bytes.Slice(0, Math.Min(room, bytes.Length));
            bool done = writes ? actor.Hardware.Port.TryWrite(address, piece, out DmaFault fault) : actor.Hardware.Port.TryRead(address, piece, out fault);
            if (!done) throw new LawViolatedException($"{actor.Device.Name} does not reach byte {at}, which it has mapped: {fault}");
            bytes = bytes.Slice(piece.Length);
            at += piece.Length;
        }
    }

    /// <summary>Some bytes across the edge of a frame or at the end, or anywhere.</summary>
    private static (long At, int Length) Place(ulong roll, long total, bool atEdge)
    {
        int length = 1 + (int)((roll >> 8) % 8);
        long last = total - length;
        if (!atEdge) return ((long)((roll >> 16) % (ulong)(last + 1)), length);
        if ((roll & 4) != 0) return (last, length);
        long edge = (long)((roll >> 16) % (ulong)((total / OrderSetting.Frame) + 1)) * OrderSetting.Frame;
        return (Math.Min(Math.Max(0, edge - (length / 2)), last), length);
    }

    private static void Fill(Span<byte> bytes, ulong roll)
    {
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(roll >> (8 * (i % 8)));
    }

    private static int FirstDifference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int i = 0;
        while (a[i] == b[i]) i++;
        return i;
    }

    private ulong Roll() => _seed = OrderSeed.Next(_seed);
}
