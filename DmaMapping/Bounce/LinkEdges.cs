using System;
using System.Collections.Generic;
using System.Threading;

namespace DmaMapping;

/// <summary>
/// The edges of the links in one reservation, and the slots that are left for more. Thread-safe. Copies between an edge and its home
/// are made under its lock, so that no edge ends meanwhile; they are of a frame at most.
/// </summary>
internal sealed class LinkEdges
{
    private readonly object _lock = new();
    private readonly BouncePool _pool;
    private readonly BounceCopies _copies;
    private readonly List<LinkEdge> _edges = [];
    private readonly int[] _free;
    private int _freeCount;
    private int _busy;
    private bool _closed;

    /// <summary>No edges, and slots for some.</summary>
    /// <param name="into">The wrapped mapper's reservation.</param>
    /// <param name="slots">The slots; null for none.</param>
    /// <param name="pool">Whose they are.</param>
    /// <param name="copies">Moves bytes between them and home.</param>
    internal LinkEdges(IovaReservation into, ReservedSlots? slots, BouncePool pool, BounceCopies copies)
    {
        Into = into;
        Slots = slots;
        _pool = pool;
        _copies = copies;
        _free = slots?.List() ?? [];
        _freeCount = _free.Length;
    }

    internal IovaReservation Into { get; }

    internal ReservedSlots? Slots { get; }

    /// <summary>Begins something that the end of the reservation waits for.</summary>
    /// <returns>False where that has come already.</returns>
    internal bool TryBegin()
    {
        lock (_lock)
        {
            if (!_closed) _busy++;
            return !_closed;
        }
    }

    internal void End()
    {
        lock (_lock) _busy--;
    }

    /// <summary>Ends it for everybody but the caller, one of however many try, and waits for what others are doing in it.</summary>
    internal bool TryClose()
    {
        lock (_lock)
        {
            if (_closed) return false;
            _closed = true;
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref _busy) != 0) spin.SpinOnce();
        return true;
    }

    internal void Reopen()
    {
        lock (_lock) _closed = false;
    }

    /// <summary>Checks that no edge lives: its slot would be taken for the mapping that a reservation is spent on.</summary>
    /// <exception cref="ArgumentException">One does.</exception>
    internal void CheckEmpty()
    {
        lock (_lock)
        {
            if (_edges.Count > 0) Throw.Argument("reservation", $"{_edges.Count} partly covered granules of links live in the reservation {Into}: unlink them before it is spent on a mapping.");
        }
    }

    /// <summary>Takes slots for one or two edges.</summary>
    /// <exception cref="InvalidOperationException">There are not so many.</exception>
    internal void Take(Span<int> slots)
    {
        lock (_lock)
        {
            if (slots.Length > _freeCount)
                Throw.Invalid($"{slots.Length} partly covered granules of the link are to be bounced, and {_freeCount} of {_free.Length} reserved slots are free: reserve with more edges, or unlink something.");
            for (int i = 0; i < slots.Length; i++) slots[i] = _free[--_freeCount];
        }
    }

    internal void Give(ReadOnlySpan<int> slots)
    {
        lock (_lock)
        {
            for (int i = slots.Length - 1; i >= 0; i--) _free[_freeCount++] = slots[i];
        }
    }

    internal void Add(in LinkEdge edge)
    {
        lock (_lock) _edges.Add(edge);
    }

    /// <summary>Checks that a range holds no part of a link with edges, but whole ones.</summary>
    /// <exception cref="ArgumentException">It cuts one.</exception>
    internal void CheckWhole(long offset, long length)
    {
        lock (_lock)
        {
            foreach (LinkEdge edge in _edges)
            {
                if (edge.Meets(offset, length) && !edge.IsWithin(offset, length))
                    Throw.Argument(nameof(length), $"{length} bytes from offset {offset} cut the link of {edge.LinkLength} bytes at offset {edge.LinkOffset}: give the offset and length that Link was given, or those from the first link to the end of the last.");
            }
        }
    }

    /// <summary>Brings home what a device wrote into the edges of a range.</summary>
    internal void GoHome(long offset, long length)
    {
        lock (_lock)
        {
            foreach (LinkEdge edge in _edges)
            {
                if (edge.DeviceWrites && edge.Meets(offset, length)) _copies.GoHome(edge.Slot, offset - edge.LinkOffset, length);
            }
        }
    }

    /// <summary>Fills the edges of a range anew.</summary>
    internal void Fill(long offset, long length)
    {
        lock (_lock)
        {
            foreach (LinkEdge edge in _edges)
            {
                if (edge.Meets(offset, length)) _copies.Fill(edge.Slot, offset - edge.LinkOffset, length);
            }
        }
    }

    /// <summary>Ends the edges of a range, which no device reaches any more: what one wrote goes home.</summary>
    internal void Remove(long offset, long length)
    {
        lock (_lock)
        {
            for (int i = _edges.Count - 1; i >= 0; i--)
            {
                LinkEdge edge = _edges[i];
                if (!edge.Meets(offset, length)) continue;
                if (edge.DeviceWrites) _copies.GoHome(edge.Slot, 0, edge.LinkLength);
                _pool.Homes.Leave(edge.Slot);
                _free[_freeCount++] = edge.Slot;
                _edges.RemoveAt(i);
            }
        }
    }
}
