using System;
using System.Globalization;
using PfnBuffers;

namespace DmaMapping;

/// <summary>The reports, each with what was wanted, what was found, and what to do.</summary>
internal static class Misuse
{
    internal static MisuseReport Leaks(MapperBooks books, int mappings, int reservations, TrackedMapping? first, TrackedReservation? firstReserved, DriverSite here)
    {
        string one = first is not null ? $"the first is {first}" : $"the first is {firstReserved}";
        return new(MisuseKind.Leak, books.Device.Name, "release of the device", $"{Count(mappings, "mapping")} and {Count(reservations, "reservation")} of it live, and are in quarantine now; {one}", "Unmap and release all before the mapper is disposed", here)
        {
            Created = first?.Created ?? firstReserved?.Created,
        };
    }

    internal static MisuseReport Loses(string device, string what, DriverSite created, string how)
        => new(MisuseKind.Lost, device, "a mapping that nobody can end any more, made", $"{how}, and it is in quarantine now: {what}", "Unmap before the last reference is dropped", created) { Created = created };

    internal static MisuseReport NeverMapped(MapperBooks books, string call, MappingToken token, DriverSite here)
        => new(MisuseKind.NeverMapped, books.Device.Name, $"{call} of {token}", token.IsNone ? "the token is the default value, which names nothing" : "no checked mapper has made it, or it ended too long ago to be remembered", "Use the token that Map gave, on the mapper that gave it", here);

    internal static MisuseReport IgnoresStatus(MapperBooks books, string call, MapStatus status, DriverSite refused, DriverSite here)
        => new(MisuseKind.IgnoredStatus, books.Device.Name, $"{call} of no mapping", $"the last one was refused with {status}, asked for by {refused}", "Look at MapResult.IsMapped before anything else of it", here) { Created = refused };

    internal static MisuseReport AlreadyUnmapped(string device, string call, TrackedMapping mapping, DriverSite here)
        => About(MisuseKind.AlreadyUnmapped, device, $"{call} of a mapping that has ended", mapping, $"it was {mapping}, and {Ended(mapping)}", "End a mapping once, and forget its token then", here);

    internal static MisuseReport Foreign(string device, string call, TrackedMapping mapping, DriverSite here)
        => About(MisuseKind.ForeignMapping, device, $"{call} of {mapping.Device}'s mapping", mapping, $"it is {mapping}", $"Ask the mapper of {mapping.Device}", here);

    internal static MisuseReport InQuarantine(string device, string call, TrackedMapping mapping, DriverSite here)
        => About(MisuseKind.Quarantined, device, $"{call} of a mapping in quarantine", mapping, $"it is {mapping}, and was given up", "Release it from the quarantine", here);

    internal static MisuseReport NoDirection(MapperBooks books, DmaDirection direction, DriverSite here)
        => new(MisuseKind.NoDirection, books.Device.Name, $"a mapping in direction {(int)direction}", "there is no such direction", "Say ToDevice, FromDevice or Bidirectional: what the device does to the bytes decides", here);

    internal static MisuseReport SyncsTooMuch(TrackedMapping mapping, string call, long offset, long length, DriverSite here)
        => About(MisuseKind.SyncOutOfRange, mapping.Device, $"{call} of {length} bytes at {offset}", mapping, $"the mapping is {mapping}", "Sync what is mapped: MapResult.Length tells how much of a prefix was", here);

    internal static MisuseReport CpuTouches(TrackedMapping mapping, PhysicalAddress address, long length, MemoryAccess access)
        => About(MisuseKind.CpuTouchesDevice, mapping.Device, $"{(access == MemoryAccess.Read ? "read" : access == MemoryAccess.Write ? "write" : "access")} by the CPU of {length} bytes at {address}", mapping, $"the device has them: {mapping}", "Unmap first, or SyncForCpu before and SyncForDevice after", DriverSites.Find());

    internal static MisuseReport Diverges(TrackedMapping mapping, TrackedMapping other, long bytes)
        => About(MisuseKind.Diverging, mapping.Device, $"a mapping of {mapping.Length} bytes {mapping.Direction}", other, $"{bytes} of the bytes have another mapping, and one of the two is a copy: {other.Device} has {other}", "Unmap the other first, or let both take turns (MapOptions.TakesTurns)", mapping.Created);

    internal static MisuseReport SharesWrite(TrackedMapping mapping, TrackedMapping other, long bytes)
        => About(MisuseKind.SharedWrite, mapping.Device, $"a mapping of {mapping.Length} bytes {mapping.Direction}", other, $"{bytes} of the bytes have another mapping, and a device may write them: {other.Device} has {other}", "Unmap the other first", mapping.Created);

    internal static MisuseReport FramesTwice(TrackedMapping mapping)
        => About(MisuseKind.SharedWrite, mapping.Device, $"a mapping of {mapping.Length} bytes {mapping.Direction}", mapping, "a frame stands in its view twice, and the device may write it", "Map it ToDevice, or let each frame stand once", mapping.Created);

    internal static MisuseReport OverlapsTooOften(TrackedMapping mapping, int depth, int most)
        => About(MisuseKind.TooManyOverlaps, mapping.Device, $"a mapping of {mapping.Length} bytes {mapping.Direction}", mapping, $"{depth} mappings of one byte let devices write it, more than {most}", "See whether somebody forgets to unmap, or raise MappingCheckerOptions.MostOverlaps", mapping.Created);

    internal static MisuseReport BadSegments(MapperBooks books, string wrong, DriverSite here)
        => new(MisuseKind.BadSegments, books.Device.Name, "segments for the device", wrong, "Mend the mapper that is wrapped, or the constraints that the device declares", here) { Created = here };

    internal static MisuseReport FreesMapped(TrackedMapping mapping, PhysicalAddress address, long length)
        => About(MisuseKind.FreedWhileMapped, mapping.Device, $"giving back of {length} bytes at {address}", mapping, $"they are mapped: {mapping}", mapping.Ending == MappingEnding.Quarantined ? "Release it from the quarantine first" : "Unmap first", DriverSites.Find());

    internal static MisuseReport DeviceStrays(DmaDevice device, DmaAddress at, DmaAddress address, long length, MemoryAccess access, TrackedMapping? before)
    {
        string wanted = $"{Verb(access)} by the device of {length} bytes at {address}";
        DriverSite here = DriverSites.Find();
        if (before is null)
            return new(MisuseKind.DeviceOutside, device.Name, wanted, $"nothing is mapped for it at {at}", "Give the device the segments of a live mapping, and their lengths", here);
        return before.Ending == MappingEnding.Moved
            ? About(MisuseKind.DeviceAfterMove, device.Name, wanted, before, $"what was mapped at {at} has moved: it was {before}, until {before.Ended} ended that", "Program the device with the segments of MoveOutcome.Mappings", here)
            : About(MisuseKind.DeviceAfterUnmap, device.Name, wanted, before, $"what was mapped at {at} has ended: it was {before}, and {Ended(before)}", "Stop the device before unmapping", here);
    }

    internal static MisuseReport DeviceAgainst(TrackedMapping mapping, DmaAddress at, MemoryAccess access)
        => mapping.IsVisible
            ? About(MisuseKind.DeviceAgainstDirection, mapping.Device, $"{Verb(access)} by the device at {at}", mapping, $"it is mapped the other way: {mapping}", "Map in the direction in which the device goes", DriverSites.Find())
            : About(MisuseKind.DeviceBeforeSync, mapping.Device, $"{Verb(access)} by the device at {at}", mapping, $"it may not see yet {mapping}", "Call IReservingMapper.Sync between linking and telling the device", DriverSites.Find());

    internal static MisuseReport DeviceUsesFreed(DmaDevice device, DmaAddress address, long length, MemoryAccess access, DriverSite by)
        => new(MisuseKind.DeviceAfterFree, device.Name, $"{Verb(access)} by the device of {length} bytes at {address}", $"the frames were given back by {by}", "Program the device with the pfns of MoveOutcome.Mappings, and put pfns back when it has stopped", DriverSites.Find()) { Ended = by };

    internal static MisuseReport Misplaces(TrackedReservation reservation, string call, long offset, long length, TrackedMapping? link, Exception cause, DriverSite here)
        => new(MisuseKind.LinkMisplaced, reservation.Books.Device.Name, $"{call} of {length} bytes at {offset}", $"it is refused in {reservation}, {(link is null ? "where no link is in the way" : $"where it meets {link}")}", "Link where nothing is linked, and name whole links", here)
        {
            Created = link?.Created ?? reservation.Created,
            Cause = cause,
        };

    internal static MisuseReport SyncsBesideLinks(TrackedReservation reservation, string call, long offset, long length, TrackedMapping? link, Exception cause, DriverSite here)
        => new(MisuseKind.SyncOutOfRange, reservation.Books.Device.Name, $"{call} of {length} bytes at {offset}", $"not all of them are linked in {reservation}{(link is null ? string.Empty : $", only {link}")}", "Name bytes that are linked", here)
        {
            Created = link?.Created ?? reservation.Created,
            Cause = cause,
        };

    internal static MisuseReport ReservationGone(MapperBooks books, string call, TrackedReservation? reservation, IovaReservation name, DriverSite here)
    {
        string found = reservation is null
            ? name.IsNone ? "it is the default value, which names nothing" : "no checked mapper has made it, or it ended too long ago to be remembered"
            : reservation.Ending == MappingEnding.Quarantined ? $"{reservation}, stands in quarantine"
            : !ReferenceEquals(reservation.Books, books) ? $"it is {reservation.Books.Device.Name}'s: {reservation}"
            : $"it was {reservation}, and ended by {reservation.Ended}";
        return new(MisuseKind.ReservationGone, books.Device.Name, $"{call} in {name}", found, "Use a reservation from Reserve until it is released or spent, on the mapper that gave it", here)
        {
            Created = reservation?.Created,
            Ended = reservation?.Ended,
        };
    }

    /// <summary>Bytes that two ranges share, which overlap.</summary>
    internal static long Common(in MappedRange one, in MappedRange other) => Common(one, other.Start, other.Length);

    /// <summary>Bytes of a range that lie in another, which overlaps it.</summary>
    internal static long Common(in MappedRange one, ulong start, long length)
    {
        if (one.Start >= start) return Math.Min(one.Length, length - (long)(one.Start - start));
        return Math.Min(length, one.Length - (long)(start - one.Start));
    }

    private static MisuseReport About(MisuseKind kind, string device, string wanted, TrackedMapping mapping, string found, string advice, DriverSite here)
        => new(kind, device, wanted, found, advice, here) { Created = mapping.Created, Ended = mapping.Ended };

    private static string Ended(TrackedMapping mapping) => mapping.Ending == MappingEnding.Moved ? "moved away" : $"was ended by {mapping.Ended}";

    private static string Verb(MemoryAccess access) => access == MemoryAccess.Write ? "write" : "read";

    private static string Count(int count, string what) => string.Format(CultureInfo.InvariantCulture, "{0} {1}{2}", count, what, count == 1 ? string.Empty : "s");
}
