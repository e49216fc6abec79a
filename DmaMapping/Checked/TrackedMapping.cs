using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What a checker knows of one mapping or link. Where it lies never changes; how it stands is guarded by the checker's lock.
/// </summary>
internal sealed class TrackedMapping
{
    private TrackedMapping(MapperBooks books, MappingToken token, DmaDirection direction, MapOptions options, long length, long bouncedBytes, DriverSite created)
    {
        Books = books;
        Token = token;
        Direction = direction;
        Options = options;
        Length = length;
        BouncedBytes = bouncedBytes;
        Created = created;
    }

    internal MapperBooks Books { get; }

    internal string Device => Books.Device.Name;

    /// <summary>The mapper's name for it, or for the reservation that the link is in.</summary>
    internal MappingToken Token { get; }

    /// <summary>The reservation that it is a link in; null for a mapping.</summary>
    internal TrackedReservation? Reservation { get; private init; }

    /// <summary>Where the link begins in its reservation.</summary>
    internal long OffsetInReservation { get; private init; }

    internal DmaDirection Direction { get; }

    internal MapOptions Options { get; }

    internal long Length { get; }

    internal long BouncedBytes { get; }

    internal DriverSite Created { get; }

    /// <summary>The bytes' homes.</summary>
    internal IReadOnlyList<MappedRange> Homes { get; private set; } = [];

    /// <summary>Where the device finds them.</summary>
    internal IReadOnlyList<MappedRange> Addresses { get; private set; } = [];

    internal MappingEnding Ending { get; set; }

    /// <summary>Where it ended; null while it lives.</summary>
    internal DriverSite? Ended { get; set; }

    /// <summary>What the CPU has taken by syncs, and not given back.</summary>
    internal ByteRanges WithCpu { get; } = new();

    /// <summary>Whether a link was made visible to the device.</summary>
    internal bool IsVisible { get; set; } = true;

    internal bool DeviceWrites => (Direction & DmaDirection.FromDevice) != 0;

    /// <summary>Never a copy, whatever the mapper: CPU and device see the same bytes at all times.</summary>
    internal bool IsInPlaceForSure => (Options & MapOptions.ZeroCopy) != 0;

    internal bool TakesTurns => (Options & MapOptions.TakesTurns) != 0;

    /// <summary>Whether a frame stands in it twice.</summary>
    internal bool HoldsFramesTwice { get; private set; }

    internal static TrackedMapping Of(MapperBooks books, scoped in PfnView view, DmaDirection direction, MapOptions options, in MapResult result, ReadOnlySpan<DmaSegment> segments, DriverSite created)
    {
        var mapping = new TrackedMapping(books, result.Token, direction, options, result.Length, result.BouncedBytes, created);
        mapping.Homes = mapping.HomesOf(view.Slice(0, Math.Min(result.Length, view.Length)));
        var addresses = new List<MappedRange>(segments.Length);
        long at = 0;
        foreach (DmaSegment segment in segments)
        {
            if (segment.Length > 0) addresses.Add(new MappedRange(segment.Address.Value, segment.Length, at, mapping));
            at += segment.Length;
        }

        mapping.Addresses = addresses;
        return mapping;
    }

    internal static TrackedMapping OfLink(TrackedReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options, in MapResult result, DriverSite created)
    {
        IovaReservation name = reservation.Name;
        var link = new TrackedMapping(reservation.Books, name.Token, direction, options, view.Length, result.BouncedBytes, created)
        {
            Reservation = reservation,
            OffsetInReservation = offset,
            IsVisible = false,
        };
        link.Homes = link.HomesOf(view);
        link.Addresses = [new MappedRange(name.Address.Value + (ulong)offset, view.Length, 0, link)];
        return link;
    }

    /// <summary>Whether a link holds a byte of a range of its reservation.</summary>
    internal bool Holds(long offset, long length) => offset < OffsetInReservation + Length && OffsetInReservation < offset + length;

    /// <summary>What it is and where it comes from, for reports.</summary>
    public override string ToString()
    {
        string what = Reservation is null ? $"{Length} bytes {Direction}" : $"the link of {Length} bytes {Direction} at {OffsetInReservation}";
        string where = Addresses.Count > 0 ? $" at {new DmaAddress(Addresses[0].Start)}" : string.Empty;
        return $"{what}{where}, {(Reservation is null ? "mapped" : "made")} by {Created}";
    }

    private List<MappedRange> HomesOf(scoped in PfnView view)
    {
        var homes = new List<MappedRange>();
        long at = 0;
        foreach (FrameRun run in view.Runs)
        {
            homes.Add(new MappedRange(run.Address.Value, run.Length, at, this));
            at += run.Length;
        }

        if (homes.Count < 2) return homes;
        var sorted = new List<MappedRange>(homes);
        sorted.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        for (int i = 1; i < sorted.Count && !HoldsFramesTwice; i++) HoldsFramesTwice = sorted[i].Start - sorted[i - 1].Start < (ulong)sorted[i - 1].Length;
        return homes;
    }
}
