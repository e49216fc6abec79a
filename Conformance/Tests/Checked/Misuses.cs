using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;

namespace Conformance.Tests;

/// <summary>Every class of misuse, committed once: what a driver does wrong, and what must be told.</summary>
internal static class Misuses
{
    private static readonly (string Name, MisuseKind Kind, Func<MisuseReport?> Commit)[] All =
    [
        ("leak", MisuseKind.Leak, LossMisuses.LeavesMapped),
        ("reservation-leak", MisuseKind.Leak, LossMisuses.LeavesReserved),
        ("lost-owner", MisuseKind.Lost, LossMisuses.DropsTheOwner),
        ("lost-mapper", MisuseKind.Lost, LossMisuses.DropsTheMapper),
        ("quarantined", MisuseKind.Quarantined, LossMisuses.UnmapsWhatIsInQuarantine),
        ("never-mapped", MisuseKind.NeverMapped, TokenMisuses.UnmapsWhatNobodyMapped),
        ("no-token", MisuseKind.NeverMapped, TokenMisuses.UnmapsTheDefaultValue),
        ("unmapped-twice", MisuseKind.AlreadyUnmapped, TokenMisuses.UnmapsTwice),
        ("foreign", MisuseKind.ForeignMapping, TokenMisuses.UnmapsAtAnotherDevice),
        ("ignored-status", MisuseKind.IgnoredStatus, TokenMisuses.UnmapsWhatWasRefused),
        ("no-direction", MisuseKind.NoDirection, TokenMisuses.MapsInNoDirection),
        ("sync-unmapped", MisuseKind.AlreadyUnmapped, TokenMisuses.SyncsWhatWasUnmapped),
        ("sync-out-of-range", MisuseKind.SyncOutOfRange, TokenMisuses.SyncsMoreThanThePrefix),
        ("cpu-reads", MisuseKind.CpuTouchesDevice, MemoryMisuses.ReadsWhatTheDeviceWrites),
        ("cpu-writes", MisuseKind.CpuTouchesDevice, MemoryMisuses.WritesWhatTheDeviceReads),
        ("cpu-after-sync", MisuseKind.CpuTouchesDevice, MemoryMisuses.ReadsMoreThanItSynced),
        ("cpu-gave-back", MisuseKind.CpuTouchesDevice, MemoryMisuses.ReadsWhatItGaveBack),
        ("freed-frames", MisuseKind.FreedWhileMapped, MemoryMisuses.FreesFrames),
        ("freed-backing", MisuseKind.FreedWhileMapped, MemoryMisuses.ReleasesABacking),
        ("diverging", MisuseKind.Diverging, MemoryMisuses.MapsWhatHasACopy),
        ("shared-write", MisuseKind.SharedWrite, MemoryMisuses.SharesAWrite),
        ("frame-twice", MisuseKind.SharedWrite, MemoryMisuses.MapsAFrameTwice),
        ("too-many-overlaps", MisuseKind.TooManyOverlaps, MemoryMisuses.MapsTooOften),
        ("segment-too-long", MisuseKind.BadSegments, MemoryMisuses.MapsTooLongASegment),
        ("segment-across-boundary", MisuseKind.BadSegments, MemoryMisuses.MapsAcrossTheBoundary),
        ("device-outside", MisuseKind.DeviceOutside, DeviceMisuses.RunsPastItsSegment),
        ("device-after-unmap", MisuseKind.DeviceAfterUnmap, DeviceMisuses.UsesALazyWindow),
        ("device-after-move", MisuseKind.DeviceAfterMove, DeviceMisuses.UsesSegmentsOfBeforeAMove),
        ("device-after-free", MisuseKind.DeviceAfterFree, DeviceMisuses.UsesPfnsOfBeforeAMove),
        ("device-against-direction", MisuseKind.DeviceAgainstDirection, DeviceMisuses.WritesWhatItMayRead),
        ("device-before-sync", MisuseKind.DeviceBeforeSync, LinkMisuses.TellsTheDeviceBeforeSyncing),
        ("link-over-link", MisuseKind.LinkMisplaced, LinkMisuses.LinksTwice),
        ("link-outside", MisuseKind.LinkMisplaced, LinkMisuses.LinksOutside),
        ("unlink-part", MisuseKind.LinkMisplaced, LinkMisuses.UnlinksAPart),
        ("segments-of-nothing", MisuseKind.LinkMisplaced, LinkMisuses.AsksForWhatIsNotLinked),
        ("sync-beside-links", MisuseKind.SyncOutOfRange, LinkMisuses.SyncsBesideLinks),
        ("map-over-links", MisuseKind.LinkMisplaced, LinkMisuses.MapsOverLinks),
        ("released-twice", MisuseKind.ReservationGone, LinkMisuses.ReleasesTwice),
        ("spent", MisuseKind.ReservationGone, LinkMisuses.LinksIntoWhatWasSpent),
        ("no-reservation", MisuseKind.ReservationGone, LinkMisuses.LinksIntoNothing),
    ];

    internal static IEnumerable<string> Names => All.Select(one => one.Name);

    internal static MisuseKind KindOf(string name) => All.Single(one => one.Name == name).Kind;

    internal static MisuseReport? Commit(string name) => All.Single(one => one.Name == name).Commit();

    /// <summary>The same in types of the platform, for a library with a fault in it: the report, if it is of the kind; else null.</summary>
    internal static string? Told(string name)
    {
        try
        {
            return Commit(name) is { } report && report.Kind == KindOf(name) ? report.ToString() : null;
        }
        catch (InvalidOperationException)
        {
            // Something else was told on the way, or left behind.
            return null;
        }
    }
}
