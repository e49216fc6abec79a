using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>The reservations of one domain. Thread-safe; nothing is held while tables are written or the hardware forgets.</summary>
internal sealed class DomainReservations(IommuDomain domain)
{
    /// <summary>For each lane, the reservations by record. An array is replaced when it grows, under the lane; what is in it stays.</summary>
    private readonly Reservation?[]?[] _byLane = new Reservation?[LaneSet.Count][];

    /// <summary>Takes a block and the tables that links into it can need.</summary>
    /// <returns><see cref="ReserveStatus.NotReserved"/> where the domain is disposed.</returns>
    internal ReserveStatus TryReserve(in ReserveRequest request, out IovaReservation reservation)
    {
        reservation = default;
        Lane? lane = domain.Iova.Take(request.Order, request.LowFirst, out int slot, out MapStatus shortage);
        if (lane is null)
        {
            domain.Waiters.GaveBack();
            if (!domain.IsAlive) return ReserveStatus.NotReserved;
            return shortage == MapStatus.NoTableMemory ? ReserveStatus.NoTableMemory : ReserveStatus.NoIovaSpace;
        }

        ref MappingRecord record = ref lane.At(slot);
        var block = new IovaBlock(record.Block, request.Order);
        IovaSpan? span = record.Span;
        record.Start = new DmaAddress(block.Page << PageSize.Size4K.Shift);
        record.Length = request.Length;
        record.OwnerOrNext = request.Owner;
        record.End = MappingEnd.None;
        int generation = ++record.State;
        Reservation reserved = At(lane, slot);
        domain.Iova.Leave(lane);
        domain.Waiters.GaveBack();

        bool alive = domain.IsAlive;
        reserved.Tables.Begin(block, request.Pages, span is null ? domain.Tables.LevelsBelow(block.Order) : 0);
        if (!alive || (span is null && !TryTakeTables(reserved.Tables)))
        {
            GiveBlock(reserved);
            domain.Waiters.GaveBack();
            return alive ? ReserveStatus.NoTableMemory : ReserveStatus.NotReserved;
        }

        reserved.Open((uint)generation, span, request.Length);
        var token = new MappingToken(request.Owner, (slot << LaneSet.IndexBits) | lane.Index, (uint)generation);
        reservation = new IovaReservation(token, reserved.Address, request.Length);
        return ReserveStatus.Reserved;
    }

    /// <summary>Throws for what would be a bug in a link that is refused for another reason.</summary>
    internal void CheckLink(in IovaReservation reservation, int owner, string device, long offset, long length)
        => Find(reservation, owner, device).CheckLink(reservation, offset, length);

    internal void Link(in IovaReservation reservation, int owner, string device, long offset, scoped in PfnView view, MemoryAccess access)
    {
        Reservation reserved = Find(reservation, owner, device);
        reserved.BeginLink(reservation, offset, view.Length);
        try
        {
            Write(reserved, PageOf(reserved, offset), view, access);
        }
        finally
        {
            reserved.EndLink(offset);
        }
    }

    /// <summary>Takes links out.</summary>
    /// <returns>How many.</returns>
    internal int Unlink(in IovaReservation reservation, int owner, string device, long offset, long length)
    {
        Reservation reserved = Find(reservation, owner, device);
        int count = reserved.BeginUnlink(reservation, offset, length);
        bool isForgotten = false;
        try
        {
            Clear(reserved, offset, offset + length);
            ulong first = PageOf(reserved, offset);
            domain.Invalidate(first, (long)(PageOf(reserved, offset + length - 1) - first) + 1);
            isForgotten = true;
        }
        finally
        {
            // What the hardware may still know is no place for another link.
            reserved.EndUnlink(offset, isForgotten ? count : 0);
        }

        return count;
    }

    internal void CheckLinked(in IovaReservation reservation, int owner, string device, long offset, long length)
        => Find(reservation, owner, device).CheckLinked(reservation, offset, length);

    internal void Sync(in IovaReservation reservation, int owner, string device)
    {
        Find(reservation, owner, device).Check(reservation);
        Interlocked.MemoryBarrier();
    }

    /// <summary>Ends a reservation.</summary>
    /// <returns>How many links were in it.</returns>
    internal int Release(in IovaReservation reservation, int owner, string device)
    {
        Reservation reserved = Find(reservation, owner, device);
        reserved.Close(reservation, empty: false);
        LiveLinks links = reserved.Links;
        for (int i = 0; i < links.Count; i++) Clear(reserved, links.OffsetOf(i), links.EndOf(i));
        if (!Forget(reserved) && links.Count > 0)
        {
            ulong first = PageOf(reserved, links.OffsetOf(0));
            domain.Invalidate(first, (long)(PageOf(reserved, links.EndOf(links.Count - 1) - 1) - first) + 1);
        }

        int count = links.Count;
        links.Clear();
        if (reserved.Span is null) domain.Tables.GiveTables(reserved.Tables);
        GiveBlock(reserved);
        domain.Waiters.Freed();
        return count;
    }

    /// <summary>Throws unless a reservation could be spent.</summary>
    /// <returns>Granules that can be mapped in it.</returns>
    internal long CheckSpendable(in IovaReservation reservation, int owner, string device)
    {
        Reservation reserved = Find(reservation, owner, device);
        reserved.CheckEmpty(reservation);
        return reserved.Tables.Pages;
    }

    /// <summary>Makes an ordinary mapping of a reservation.</summary>
    /// <param name="reservation">The reservation.</param>
    /// <param name="owner">The number that the mapper's reservations have.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="lead">Granules left free at its start.</param>
    /// <param name="view">Whole granules, which have room behind them.</param>
    /// <param name="offset">Where in the first of them the bytes begin that were asked for.</param>
    /// <param name="length">How many there are of them.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="mapper">The number that the mapper's mappings have.</param>
    internal MappingToken Spend(in IovaReservation reservation, int owner, string device, ulong lead, scoped in PfnView view, long offset, long length, MemoryAccess access, int mapper)
    {
        Reservation reserved = Find(reservation, owner, device);
        reserved.Close(reservation, empty: true);
        Forget(reserved);
        ulong page = reserved.Tables.Block + lead;
        Write(reserved, page, view, access);
        if (reserved.Span is null) domain.Tables.GiveTablesNotLinked(reserved.Tables);

        // The record is the reservation's until it is given back; memory is foreign, and not called with the lane held.
        Lane lane = reserved.Lane;
        ref MappingRecord record = ref lane.At(reserved.Slot);
        if (!record.HasTable) record.HasTable = domain.Tables.TryTable(reserved.Tables.Block, reserved.Tables.Order, out record.Table);
        lane.Gate.Enter();
        record.Start = new DmaAddress(page << PageSize.Size4K.Shift) + offset;
        record.Length = length;
        record.Tables = reserved.Span is null ? reserved.Tables.Linked : 0;
        record.OwnerOrNext = mapper;
        record.State += 2;
        uint generation = (uint)record.State;
        domain.Iova.Leave(lane);
        return new MappingToken(mapper, reservation.Token.Slot, generation);
    }

    internal static void ThrowStale(in IovaReservation reservation)
        => Throw.Argument(nameof(reservation), $"The reservation {reservation} is stale: it was released, or spent on a mapping, before.");

    private static ulong PageOf(Reservation reserved, long offset) => reserved.Tables.Block + ((ulong)offset >> PageSize.Size4K.Shift);

    private void Write(Reservation reserved, ulong page, scoped in PfnView view, MemoryAccess access)
    {
        if (reserved.Span is { } span) domain.Tables.Fill(span.Table, (int)(page - span.First), view, access);
        else domain.Tables.Link(reserved.Tables, page, view, access);
    }

    /// <summary>Clears the entries of links that follow each other.</summary>
    private void Clear(Reservation reserved, long offset, long end)
    {
        ulong first = PageOf(reserved, offset);
        long pages = (long)(PageOf(reserved, end - 1) - first) + 1;
        if (reserved.Span is { } span) domain.Tables.Clear(span.Table, (int)(first - span.First), (int)pages);
        else domain.Tables.Unlink(reserved.Tables, first, pages);
    }

    /// <summary>Takes the tables out that links left, all of them empty, and makes the hardware forget the whole reservation.</summary>
    /// <returns>Whether there were any; otherwise nothing was done.</returns>
    private bool Forget(Reservation reserved)
    {
        ReservedTables tables = reserved.Tables;
        if (tables.Linked == 0) return false;
        domain.Tables.TakeOut(tables);
        domain.Invalidate(tables.Block, tables.Pages);
        domain.Tables.EndTables(tables);
        return true;
    }

    private bool TryTakeTables(ReservedTables tables)
    {
        if (domain.Tables.TryReserve(tables)) return true;

        // Empty tables may be kept warm elsewhere.
        domain.Iova.Trim();
        return domain.Tables.TryReserve(tables);
    }

    private void GiveBlock(Reservation reserved)
    {
        Lane lane = reserved.Lane;
        lane.Gate.Enter();
        lane.At(reserved.Slot).State++;
        lane.Give(reserved.Slot);
        domain.Iova.Leave(lane);
    }

    /// <summary>What stands by a record; the lane is held.</summary>
    private Reservation At(Lane lane, int slot)
    {
        Reservation?[] known = _byLane[lane.Index] ?? [];
        if (slot >= known.Length)
        {
            Array.Resize(ref known, Math.Max(slot + 1, Math.Max(16, 2 * known.Length)));
            Volatile.Write(ref _byLane[lane.Index], known);
        }

        return known[slot] ??= new Reservation(domain, lane, slot);
    }

    private Reservation Find(in IovaReservation reservation, int owner, string device)
    {
        MappingToken token = reservation.Token;
        if (token.IsNone) Throw.Argument(nameof(reservation), $"It names no reservation of {device}: it is the default value.");
        if (token.Owner != owner) Throw.Argument(nameof(reservation), $"{reservation} is a reservation of somebody else, not of {device}.");
        Reservation?[]? known = Volatile.Read(ref _byLane[token.Slot & (LaneSet.Count - 1)]);
        int slot = token.Slot >> LaneSet.IndexBits;
        if (known is not null && slot < known.Length && known[slot] is { } found) return found;
        ThrowStale(reservation);
        return null!;
    }
}
