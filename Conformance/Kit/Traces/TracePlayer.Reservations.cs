using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>Mapping in two steps, where the mapper can.</content>
internal sealed partial class TracePlayer
{
    private const long MostReserved = 16 << 20;

    private void Reserve(TraceStep step)
    {
        TraceStand stand = _machine.Stands[step.Device];
        if (stand.Reserving is null || !IsPlace(step.Item, _reservations.Length) || _reservations[step.Item] is not null || step.Length is < 1 or > MostReserved) return;
        ReserveResult result = stand.Reserving.Reserve(step.Length, 0);
        _tally.Count(TraceTally.Reservations, result.Status.ToString());
        Note((ulong)result.Status);
        long granules = (step.Length + TraceMemory.Frame - 1) / TraceMemory.Frame;
        if (!result.IsReserved)
        {
            bool isShort = result.Status switch
            {
                ReserveStatus.NoIovaSpace => !HasRoomFor(stand, granules, mayBeLed: false),
                ReserveStatus.NoTableMemory => IsShortOfTables(granules + (8 * LargeGranules)),
                _ => false,
            };
            Require(isShort, $"{result} for {step.Length} bytes, and there is enough of it");
            return;
        }

        var reservation = new ModelReservation(stand, result.Reservation, step.Length);
        ulong start = result.Reservation.Address.Value;
        Require(start % TraceMemory.Frame == 0 && start % stand.Rules.Alignment == 0, $"{result} does not begin at a granule and as the device wants it");
        Require(stand.MayHave(reservation.First, reservation.Count), $"{result} is not for mappings of {stand}");
        foreach (ModelReach other in stand.Live) Require(!other.Overlaps(reservation.First, reservation.Count), $"{result} overlaps a mapping");
        foreach (ModelReach other in stand.Pending) Require(!other.Overlaps(reservation.First, reservation.Count), $"{result} overlaps what the hardware has not forgotten");
        foreach (ModelReservation? other in _reservations)
        {
            if (other?.Stand == stand) Require(other.First >= reservation.First + reservation.Count || reservation.First >= other.First + other.Count, $"{result} overlaps another reservation");
        }

        _reservations[step.Item] = reservation;
    }

    private void Link(TraceStep step)
    {
        if (!IsPlace(step.Item, _reservations.Length) || _reservations[step.Item] is not { } reservation || SourceOf(step) is not { } view || !MayAsk(step)) return;
        TraceStand stand = reservation.Stand;
        bool fits = step.At >= 0 && step.At <= reservation.Length && view.Length <= reservation.Length - step.At && step.At % TraceMemory.Frame == view.InGranule;
        var link = new ModelLink(step.At, step.Source, new ModelReach(reservation.Name.Address.Value + (ulong)step.At, view, stand.AccessIn(step.Direction)));
        bool meets = reservation.Links.Exists(other => other.FirstGranule <= link.LastGranule && link.FirstGranule <= other.LastGranule);
        if (!fits || meets)
        {
            _tally.Count(TraceTally.Links, fits ? "meets another" : "does not fit");
            MustThrow<ArgumentException>($"linking {view.Length} bytes at {step.At}", () => stand.Reserving!.Link(reservation.Name, step.At, view.View, step.Direction, MapOptions.None));
            return;
        }

        MapResult result = stand.Reserving!.Link(reservation.Name, step.At, view.View, step.Direction, MapOptions.None);
        _tally.Count(TraceTally.Links, result.Status.ToString());
        Note((ulong)result.Status);
        bool isBare = stand.IsConfined && !view.IsWhole, isFar = ReachedLength(stand, view) < view.Length;
        bool isRight = result.Status switch
        {
            MapStatus.Mapped => !isBare && !isFar,
            MapStatus.Unaligned => isBare,
            MapStatus.UnreachableFrame => isFar,
            _ => false,
        };
        Require(isRight, $"linking gave {result} for {stand}, {view}");
        if (!result.IsMapped) return;
        stand.Reserving.Sync(reservation.Name);
        int at = reservation.Links.FindIndex(other => other.At > link.At);
        reservation.Links.Insert(at < 0 ? reservation.Links.Count : at, link);
        stand.Live.Add(link.Reach);
        _buffers[step.Source]!.Uses++;
        bool reads = (link.Reach.Access & MemoryAccess.Read) != 0;
        Touch(stand, link.Reach.Start, (int)Math.Min(view.Length, 64), !reads, step.Variant);
        RequireSegments(reservation, link);
    }

    /// <summary>What the device is told of a link.</summary>
    private void RequireSegments(ModelReservation reservation, ModelLink link)
    {
        TraceStand stand = reservation.Stand;
        _pieces.Clear();
        _pieces.Add((link.Reach.Start, link.Length));
        TraceForecast forecast = Cut(stand.Rules with { Window = default }, NaiveCuts.Fewest(_pieces, stand.Rules with { Window = default }), link.Length, MostSegments);
        MapResult result = stand.Reserving!.Segments(reservation.Name, link.At, link.Length, _segments);
        Require(forecast.Allows(result.Status), $"the segments of a link of {link.Length} bytes at {link.Reach.Start:x} for {stand} [{stand.Rules}]: {result}, and should be {forecast}");
        if (!result.IsMapped) return;
        Require(result.SegmentCount == forecast.Count && _segments[0].Address.Value == link.Reach.Start, $"{result}, and should be {forecast}");
        RequireRules(stand, result.SegmentCount, link.Length);
    }

    private void Unlink(TraceStep step)
    {
        if (!IsPlace(step.Item, _reservations.Length) || _reservations[step.Item] is not { } reservation) return;
        TraceStand stand = reservation.Stand;
        int first = reservation.Links.FindIndex(link => link.At == step.At), count = 0;
        for (int i = first; i >= 0 && i < reservation.Links.Count; i++)
        {
            if (i > first && reservation.Links[i].FirstGranule != reservation.Links[i - 1].LastGranule + 1) break;
            if (reservation.Links[i].End - step.At == step.Length) count = i - first + 1;
        }

        if (count == 0)
        {
            _tally.Count(TraceTally.Links, "unlinks what is none");
            MustThrow<ArgumentException>($"unlinking {step.Length} bytes at {step.At}", () => stand.Reserving!.Unlink(reservation.Name, step.At, step.Length));
            return;
        }

        ulong touched = Leave(stand, reservation, first, count);
        stand.Reserving!.Unlink(reservation.Name, step.At, step.Length);
        Left(stand, reservation, first, count, touched);
        _tally.Count(TraceTally.Links, count > 1 ? "unlinks several" : "unlinks one");
    }

    private void Release(int item)
    {
        if (!IsPlace(item, _reservations.Length) || _reservations[item] is not { } reservation) return;
        TraceStand stand = reservation.Stand;
        int count = reservation.Links.Count;
        ulong touched = Leave(stand, reservation, 0, count);
        stand.Reserving!.Release(reservation.Name);
        _reservations[item] = null;
        Left(stand, reservation, 0, count, touched);
        MustThrow<ArgumentException>("releasing what is released", () => stand.Reserving.Release(reservation.Name));
    }

    /// <summary>Links are about to be taken out.</summary>
    /// <returns>The last byte of the last one.</returns>
    private ulong Leave(TraceStand stand, ModelReservation reservation, int first, int count)
    {
        ulong touched = 0;
        for (int i = first; i < first + count; i++)
        {
            ModelReach reach = reservation.Links[i].Reach;
            touched = reach.Start + (ulong)reach.View.Length - 1;
            Touch(stand, touched, 1, (reach.Access & MemoryAccess.Read) == 0, i);
            stand.Live.Remove(reach);
            stand.Pending.Add(reach);
        }

        return touched;
    }

    private void Left(TraceStand stand, ModelReservation reservation, int first, int count, ulong touched)
    {
        for (int i = first; i < first + count; i++)
        {
            ModelLink link = reservation.Links[i];
            _buffers[link.Source]!.Uses--;
            stand.Pending.Remove(link.Reach);
        }

        reservation.Links.RemoveRange(first, count);
        if (count == 0) return;

        // Even a lazy domain makes the hardware forget links before they are gone.
        Touch(stand, touched, 1, writes: false, first);
        Touch(stand, touched, 1, writes: true, first);
        stand.Remember(touched);
    }

    private void Spend(TraceStep step)
    {
        if (!IsPlace(step.Source, _buffers.Length) || !IsPlace(step.Item, _mappings.Length) || _mappings[step.Item] is not null || SourceOf(step) is not { } view || !MayAsk(step)) return;
        if (!IsPlace(step.Variant, _reservations.Length) || _reservations[step.Variant] is not { } reservation) return;
        TraceStand stand = reservation.Stand;
        if (reservation.Links.Count > 0 || view.Granules > (long)reservation.Count)
        {
            MustThrow<ArgumentException>($"spending {reservation.Count} granules with {reservation.Links.Count} links on {view.Granules}", () => stand.Reserving!.Map(view.View, step.Direction, _segments, MapOptions.None, reservation.Name));
            return;
        }

        Array.Clear(_segments, 0, step.Room);
        MapResult result = stand.Reserving!.Map(view.View, step.Direction, _segments.AsSpan(0, step.Room), MapOptions.None, reservation.Name);
        _tally.Count(TraceTally.Reservations, $"spent: {result.Status}");

        // Its IOVAs go to the mapping, so they are no reason against it.
        _reservations[step.Variant] = null;
        Judge(stand, view, MapOptions.None, step.Room, ForeseeTranslated(stand, view, MapOptions.None, step.Room), result);
        if (!result.IsMapped)
        {
            _reservations[step.Variant] = reservation;
            return;
        }

        ModelMapping mapping = Adopt(stand, view, step.Direction, MapOptions.None, result);
        Require(mapping.Reach!.First >= reservation.First && mapping.Reach.First + mapping.Reach.Count <= reservation.First + reservation.Count, $"{mapping} is not where room for it was reserved, {reservation.Name}");
        (mapping.Reach.RoomFirst, mapping.Reach.RoomCount) = (reservation.First, reservation.Count);
        mapping.Source = step.Source;
        _buffers[step.Source]!.Uses++;
        _mappings[step.Item] = mapping;
        MustThrow<ArgumentException>("releasing what is spent", () => stand.Reserving.Release(reservation.Name));
    }
}
