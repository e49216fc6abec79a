using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The checks of the checked mapper, each removed or blunted, and the misuse that goes unseen then, by its name among the tests' misuses.</summary>
public static class CheckedMutants
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        In("leak", "MappingChecker.Tokens", "if (kept.Count > 0)", "if (kept.Count < 0)"),
        In("reservation-leak", "Quarantine", "in books.Reservations.Values)", "in new List<TrackedReservation>())"),
        In("lost-owner", "OwnerTies", "mapping.Books.Checker.GiveUp(mapping);", "_ = mapping;"),
        In("lost-mapper", "CheckedMapper", "if (Books is not null) _checker.GiveUp(Books);", ""),
        In("quarantined", "MappingChecker.Tokens", "if (Quarantine.Find(token) is { Mapping: { } kept }) return", "if (Quarantine.Find(default) is { Mapping: { } kept }) return"),
        In("never-mapped", "CheckedMapper", "if (mapping is null) Explain(token, nameof(Unmap), here);", ""),
        In("unmapped-twice", "MappingChecker.Tokens", "_ended.Named(token) is { } ended ?", "_ended.Named(default) is { } ended ?"),
        In("foreign", "MappingChecker.Tokens", "return Misuse.Foreign(device, call, mapping, here);", "break;"),
        In("ignored-status", "CheckedMapper", "lock (_checker.Lock) Books.LastRefusal = (result.Status, here);", ""),
        In("no-direction", "CheckedMapper", "direction is < DmaDirection.ToDevice or >", "direction is >"),
        In("sync-unmapped", "CheckedMapper", "if (mapping is null) Explain(token, call, DriverSites.Find());", "if (mapping is null) return null;"),
        In("sync-out-of-range", "CheckedMapper", "length > mapping.Length - offset)", "length > long.MaxValue - offset)"),
        In("cpu-reads", "CheckedMemory", "_checker.CheckCpuAccess(address, bytes.Length, MemoryAccess.Read);", ""),
        In("cpu-writes", "MappingChecker.Memory", "if (!mapping.DeviceWrites && (access & MemoryAccess.Write) == 0) return true;", "if (!mapping.DeviceWrites) return true;"),
        In("cpu-after-sync", "MappingChecker.Memory", "Misuse.Common(home, address, length));", "1);"),
        In("cpu-gave-back", "CheckedMapper", "mapping.WithCpu.Remove(offset, length);", "_ = mapping;"),
        In("freed-frames", "CheckedFrames", "_checker.CheckFree(view);", ""),
        In("freed-backing", "CheckedExporter", "_checker.CheckFree(view);", ""),
        In("diverging", "MappingChecker.Overlaps", "|| HoldsCopyFor(other, sure)) return", ") return"),
        In("shared-write", "MappingChecker.Overlaps", "if (_forbidsSharedWrites) return Misuse.SharesWrite(mapping, other, one.Value);", ""),
        In("frame-twice", "MappingChecker.Overlaps", "DeviceWrites: true }) return Misuse.FramesTwice(mapping);", "DeviceWrites: true }) _ = mapping;"),
        In("too-many-overlaps", "MappingChecker.Overlaps", "return deepest >= _mostOverlaps ?", "return deepest > _mostOverlaps ?"),
        In("segment-too-long", "CheckedMapper", "if (wrong is not null) _checker", "if (wrong is null) _checker"),
        In("device-outside", "MappingChecker.Devices", "Math.Min(rest, range.Length - (long)(at - range.Start));", "rest;"),
        In("device-after-unmap", "MappingChecker.Devices", "checker.Tell(checker.AccessOf(device, address, length, access));", "checker.AccessOf(device, address, length, access);"),
        In("device-after-move", "CheckedMovable", "_checker.SetMoving(_device, true);", ""),
        In("device-after-free", "CheckedExporter", "_checker.GaveBack(view);", ""),
        In("device-against-direction", "MappingChecker.Devices", " && ((MemoryAccess)mapping.Direction & access) == access;", ";"),
        In("device-before-sync", "MappingChecker.Devices", "=> mapping.IsVisible && ", "=> "),
        In("link-over-link", "CheckedReservingMapper", "_checker.Tell(Misuse.Misplaces(tracked, nameof(Link), ", "_ = (Misuse.Misplaces(tracked, nameof(Link), "),
        In("unlink-part", "CheckedReservingMapper", "_checker.Tell(Misuse.Misplaces(tracked, nameof(Unlink), ", "_ = (Misuse.Misplaces(tracked, nameof(Unlink), "),
        In("segments-of-nothing", "CheckedReservingMapper", "_checker.Tell(Misuse.Misplaces(tracked, nameof(Segments), ", "_ = (Misuse.Misplaces(tracked, nameof(Segments), "),
        In("map-over-links", "CheckedReservingMapper", "_checker.Tell(Misuse.Misplaces(tracked, nameof(Map), ", "_ = (Misuse.Misplaces(tracked, nameof(Map), "),
        In("sync-beside-links", "CheckedReservingMapper", "_checker.Tell(Misuse.SyncsBesideLinks(", "_ = (Misuse.SyncsBesideLinks("),
        In("released-twice", "CheckedReservingMapper", "if (tracked is not null) return tracked;", "if (tracked is not null || !isKept) return tracked;"),
    ];

    /// <summary>The fault that keeps a misuse from being seen.</summary>
    public static SourceMutant Named(string name) => All.Single(one => one.Name == name);

    private static SourceMutant In(string misuse, string file, string find, string replacement)
        => new(misuse, $"DmaMapping/Checked/{file}.cs", find, replacement, $"the misuse {misuse} is told");
}
