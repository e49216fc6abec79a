using System.Collections.Generic;

namespace DmaMapping;

/// <summary>The mappings, links and reservations that ended last, so that a report can say where. Guarded by the checker's lock.</summary>
internal sealed class EndedMappings(int most)
{
    private readonly Queue<TrackedMapping> _mappings = [];
    private readonly Queue<TrackedReservation> _reservations = [];

    internal void Add(TrackedMapping mapping) => Add(_mappings, mapping);

    internal void Add(TrackedReservation reservation) => Add(_reservations, reservation);

    /// <summary>The mapping of a token; null where it is not remembered. Links have none of their own.</summary>
    internal TrackedMapping? Named(MappingToken token)
    {
        foreach (TrackedMapping mapping in _mappings)
        {
            if (mapping.Reservation is null && mapping.Token == token) return mapping;
        }

        return null;
    }

    internal TrackedReservation? ReservationNamed(MappingToken token)
    {
        foreach (TrackedReservation reservation in _reservations)
        {
            if (reservation.Name.Token == token) return reservation;
        }

        return null;
    }

    /// <summary>The last mapping that had a device's address; null where none is remembered.</summary>
    internal TrackedMapping? At(PfnBuffers.RequesterId requester, ulong address)
    {
        TrackedMapping? last = null;
        foreach (TrackedMapping mapping in _mappings)
        {
            if (mapping.Books.Device.Requester != requester) continue;
            foreach (MappedRange range in mapping.Addresses)
            {
                if (range.Contains(address)) last = mapping;
            }
        }

        return last;
    }

    private void Add<T>(Queue<T> queue, T one)
    {
        if (most == 0) return;
        if (queue.Count == most) queue.Dequeue();
        queue.Enqueue(one);
    }
}
