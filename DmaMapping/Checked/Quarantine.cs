using System.Collections.Generic;

namespace DmaMapping;

/// <summary>
/// Mappings and reservations that nobody ends any more, and that are not ended for anybody either: nobody knows whether the device still uses
/// them. They stay mapped, their IOVAs, slots and frames taken, until somebody who knows releases them. Thread-safe.
/// </summary>
public sealed class Quarantine
{
    private readonly MappingChecker _checker;
    private readonly List<QuarantineEntry> _entries = [];

    /// <summary>Those whose mapper is asked to end them. They stand in the list meanwhile, so that nobody else ends them unnoticed.</summary>
    private readonly HashSet<QuarantineEntry> _leaving = [];

    internal Quarantine(MappingChecker checker) => _checker = checker;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_checker.Lock) return _entries.Count;
        }
    }

    /// <summary>A copy of the list, in the order in which they came.</summary>
    public IReadOnlyList<QuarantineEntry> Entries
    {
        get
        {
            lock (_checker.Lock) return _entries.ToArray();
        }
    }

    /// <summary>Ends a mapping, or releases a reservation with its links, as its owner should have: the device must not use it any more.</summary>
    /// <param name="entry">What to release.</param>
    /// <exception cref="System.ArgumentNullException">No entry.</exception>
    /// <exception cref="System.ArgumentException">It is not in this quarantine: released before, or another's.</exception>
    public void Release(QuarantineEntry entry)
    {
        Throw.IfNull(entry, nameof(entry));
        lock (_checker.Lock)
        {
            if (!_entries.Contains(entry) || !_leaving.Add(entry)) Throw.Argument(nameof(entry), $"It is not in this quarantine: {entry}.");
        }

        DriverSite here = DriverSites.Find();
        bool isGone = false;
        try
        {
            if (entry.Mapping is not null) entry.Books.Inner.Unmap(entry.Mapping.Token);
            else ((IReservingMapper)entry.Books.Inner).Release(entry.Reservation!.Name);
            isGone = true;
        }
        finally
        {
            lock (_checker.Lock)
            {
                _leaving.Remove(entry);
                isGone = isGone && _entries.Remove(entry);
                if (isGone && entry.Mapping is not null) _checker.End(entry.Mapping, here);
                else if (isGone) _checker.End(entry.Reservation!, here);
            }
        }

        if (isGone) MappingMetrics.Quarantined(entry.Device, -1);
    }

    /// <summary>Drops a mapping that came in while it was told that it is none to be had. Under the checker's lock.</summary>
    /// <returns>Whether it was there.</returns>
    internal bool Drop(TrackedMapping mapping) => _entries.RemoveAll(entry => entry.Mapping == mapping) > 0;

    /// <summary>Drops a reservation that came in while its driver's call that ends it was under way. Under the checker's lock.</summary>
    /// <returns>Whether it was there.</returns>
    internal bool Drop(TrackedReservation reservation) => _entries.RemoveAll(entry => entry.Reservation == reservation) > 0;

    /// <summary>Under the checker's lock.</summary>
    internal QuarantineEntry? Find(MappingToken token) => _entries.Find(entry => entry.Token == token);

    /// <summary>Takes a live mapping in. Under the checker's lock.</summary>
    internal QuarantineEntry Take(TrackedMapping mapping, MisuseKind cause)
    {
        mapping.Books.Mappings.Remove(mapping.Token);
        mapping.Ending = MappingEnding.Quarantined;
        var entry = new QuarantineEntry(mapping, cause);
        _entries.Add(entry);
        return entry;
    }

    /// <summary>Takes all in that a mapper has live. Under the checker's lock.</summary>
    internal List<QuarantineEntry> TakeAll(MapperBooks books, MisuseKind cause)
    {
        var taken = new List<QuarantineEntry>();
        foreach (TrackedMapping mapping in new List<TrackedMapping>(books.Mappings.Values)) taken.Add(Take(mapping, cause));
        foreach (TrackedReservation reservation in books.Reservations.Values)
        {
            reservation.Ending = MappingEnding.Quarantined;
            foreach (TrackedMapping link in reservation.Links) link.Ending = MappingEnding.Quarantined;
            var entry = new QuarantineEntry(reservation, cause);
            _entries.Add(entry);
            taken.Add(entry);
        }

        books.Reservations.Clear();
        return taken;
    }
}
