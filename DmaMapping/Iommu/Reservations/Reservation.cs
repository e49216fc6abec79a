using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What a domain knows of one reservation: its block, its tables, its links. One stands by each record that ever was a reservation's, and serves the next
/// one there. Its lock guards the notes alone: tables are written, and the hardware is told, while nothing is held.
/// </summary>
internal sealed class Reservation(IommuDomain domain, Lane lane, int slot)
{
    private readonly object _lock = new();
    private readonly LiveLinks _links = new();
    private uint _generation;
    private int _busy;

    internal Lane Lane { get; } = lane;

    /// <summary>The record in the lane.</summary>
    internal int Slot { get; } = slot;

    /// <summary>The leaf table that the block is in; null for a block of whole tables.</summary>
    internal IovaSpan? Span { get; private set; }

    internal ReservedTables Tables { get; } = new(domain);

    internal long Length { get; private set; }

    internal DmaAddress Address => new(Tables.Block << PageSize.Size4K.Shift);

    /// <summary>Links that there are; what they are stays so only once the reservation is closed.</summary>
    internal LiveLinks Links => _links;

    /// <summary>Opens it for links; its tables are there.</summary>
    internal void Open(uint generation, IovaSpan? span, long length)
    {
        lock (_lock)
        {
            Span = span;
            Length = length;
            _generation = generation;
        }
    }

    /// <summary>Checks that a link could be made.</summary>
    /// <exception cref="ArgumentException">It could not.</exception>
    internal void CheckLink(in IovaReservation name, long offset, long length)
    {
        lock (_lock)
        {
            AddLink(name, offset, length);
            _links.Remove(offset, 1);
        }
    }

    /// <summary>Notes a link, whose granules are the caller's from here on.</summary>
    /// <exception cref="ArgumentException">The reservation is released, or the link does not lie in free granules of it.</exception>
    internal void BeginLink(in IovaReservation name, long offset, long length)
    {
        lock (_lock)
        {
            AddLink(name, offset, length);
            _busy++;
        }
    }

    internal void EndLink(long offset)
    {
        lock (_lock)
        {
            _links.SetLive(offset, 1, live: true);
            _busy--;
        }
    }

    /// <summary>Takes links over, to be taken out; their granules stay taken until <see cref="EndUnlink"/>.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="ArgumentException">The reservation is released, or the range is not made of whole links.</exception>
    internal int BeginUnlink(in IovaReservation name, long offset, long length)
    {
        lock (_lock)
        {
            CheckLive(name);
            Throw.IfRangeOutside(offset, length, Length);
            int count = _links.CountWhole(offset, length);
            if (count == 0) Throw.Argument(nameof(length), $"{length} bytes from offset {offset} are not exactly one link, nor several whose granules follow each other: give the offset and length that Link was given, or those from the first link to the end of the last.");
            _links.SetLive(offset, count, live: false);
            _busy++;
            return count;
        }
    }

    internal void EndUnlink(long offset, int count)
    {
        lock (_lock)
        {
            if (count > 0) _links.Remove(offset, count);
            _busy--;
        }
    }

    /// <summary>Checks that each byte of a range is linked.</summary>
    /// <exception cref="ArgumentException">It is not, or the reservation is released.</exception>
    internal void CheckLinked(in IovaReservation name, long offset, long length)
    {
        lock (_lock)
        {
            CheckLive(name);
            Throw.IfRangeOutside(offset, length, Length);
            if (length == 0 || !_links.Cover(offset, length)) Throw.Argument(nameof(length), $"{length} bytes from offset {offset} are not all linked.");
        }
    }

    internal void Check(in IovaReservation name)
    {
        lock (_lock) CheckLive(name);
    }

    /// <summary>Ends it for everybody but the caller, one of however many try, and waits for what others are doing in it.</summary>
    /// <exception cref="ArgumentException">It is released, or something is linked in it where nothing may be.</exception>
    internal void Close(in IovaReservation name, bool empty)
    {
        lock (_lock)
        {
            CheckLive(name);
            if (empty) CheckEmpty();
            _generation = 0;
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref _busy) != 0) spin.SpinOnce();
    }

    internal void CheckEmpty(in IovaReservation name)
    {
        lock (_lock)
        {
            CheckLive(name);
            CheckEmpty();
        }
    }

    private void AddLink(in IovaReservation name, long offset, long length)
    {
        CheckLive(name);
        Throw.IfRangeOutside(offset, length, Length);
        if (!_links.TryAdd(offset, length)) Throw.Argument(nameof(offset), $"{length} bytes from offset {offset} overlap a link in a granule: unlink it first.");
    }

    private void CheckEmpty()
    {
        if (_links.Count > 0) Throw.Argument("reservation", $"{_links.Count} links are in the reservation {Address} + {Length}: unlink them before it is spent on a mapping.");
    }

    private void CheckLive(in IovaReservation name)
    {
        if (_generation != name.Token.Generation) DomainReservations.ThrowStale(name);
    }
}
