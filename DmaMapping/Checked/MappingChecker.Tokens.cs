using System.Collections.Generic;

namespace DmaMapping;

/// <summary>What a token names that names no live mapping of the mapper asked, and what happens to mappings that nobody ends.</summary>
public sealed partial class MappingChecker
{
    internal MisuseReport ExplainToken(MapperBooks books, MappingToken token, string call, DriverSite here)
    {
        lock (_lock)
        {
            string device = books.Device.Name;
            if (token.IsNone)
            {
                return books.LastRefusal is { } refusal
                    ? Misuse.IgnoresStatus(books, call, refusal.Status, refusal.At, here)
                    : Misuse.NeverMapped(books, call, token, here);
            }

            foreach (MapperBooks others in _books)
            {
                if (others.Mappings.TryGetValue(token, out TrackedMapping? mapping)) return Misuse.Foreign(device, call, mapping, here);
            }

            if (Quarantine.Find(token) is { Mapping: { } kept }) return Misuse.InQuarantine(device, call, kept, here);
            return _ended.Named(token) is { } ended ? Misuse.AlreadyUnmapped(device, call, ended, here) : Misuse.NeverMapped(books, call, token, here);
        }
    }

    internal MisuseReport ExplainReservation(MapperBooks books, IovaReservation name, string call, DriverSite here)
    {
        lock (_lock)
        {
            TrackedReservation? reservation = null;
            foreach (MapperBooks others in _books)
            {
                if (reservation is null) others.Reservations.TryGetValue(name.Token, out reservation);
            }

            reservation ??= Quarantine.Find(name.Token)?.Reservation ?? _ended.ReservationNamed(name.Token);
            return Misuse.ReservationGone(books, call, reservation, name, here);
        }
    }

    /// <summary>Takes all that a released device has into quarantine.</summary>
    /// <returns>The leak; null where there is none.</returns>
    internal MisuseReport? Release(MapperBooks books)
    {
        DriverSite here = DriverSites.Find();
        List<QuarantineEntry> kept;
        MisuseReport? misuse = null;
        lock (_lock)
        {
            if (books.Released is not null) return null;
            books.Released = here;
            _books.Remove(books);
            kept = Quarantine.TakeAll(books, MisuseKind.Leak);
            if (kept.Count > 0)
            {
                QuarantineEntry? first = kept.Find(static one => one.Mapping is not null), reserved = kept.Find(static one => one.Reservation is not null);
                int reservations = kept.FindAll(static one => one.Reservation is not null).Count;
                misuse = Misuse.Leaks(books, kept.Count - reservations, reservations, first?.Mapping, reserved?.Reservation, here);
            }
        }

        MappingMetrics.Quarantined(books.Device.Name, kept.Count);
        return misuse;
    }

    /// <summary>The same where a mapper was collected.</summary>
    internal void GiveUp(MapperBooks books)
    {
        List<QuarantineEntry> kept;
        lock (_lock)
        {
            _books.Remove(books);
            kept = Quarantine.TakeAll(books, MisuseKind.Lost);
        }

        MappingMetrics.Quarantined(books.Device.Name, kept.Count);
        foreach (QuarantineEntry entry in kept) TellQuietly(Misuse.Loses(entry.Device, entry.What, entry.Created, "its mapper was collected"));
    }

    /// <summary>Takes a mapping into quarantine whose owner was collected, if it lives.</summary>
    internal void GiveUp(TrackedMapping mapping)
    {
        QuarantineEntry entry;
        lock (_lock)
        {
            if (mapping.Ending != MappingEnding.None) return;
            entry = Quarantine.Take(mapping, MisuseKind.Lost);
        }

        MappingMetrics.Quarantined(mapping.Device, 1);
        TellQuietly(Misuse.Loses(entry.Device, entry.What, entry.Created, "who was to unmap it was collected"));
    }
}
