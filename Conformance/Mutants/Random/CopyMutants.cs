using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults in what is copied, when, and where to.</summary>
internal static class CopyMutants
{
    internal static IEnumerable<SourceMutant> All { get; } =
    [
        In("short-copies-stay-abroad", "BounceMapper",
            "if (record.DeviceWrites && !record.TakesTurns) _copies.GoHome(",
            "if (record.DeviceWrites && !record.TakesTurns && record.Length > 4096) _copies.GoHome(",
            "what the device wrote is home when its mapping ended"),
        In("brings-home-what-is-read", "BounceMapper",
            "if (record.DeviceWrites) _copies.GoHome(record.FirstSlot, offset, length);",
            "_copies.GoHome(record.FirstSlot, offset, length);",
            "only what the device may write goes home"),
        In("sync-copies-from-the-start", "BounceCopies",
            "long from = Math.Max(offset, piece.ViewOffset) - piece.ViewOffset;",
            "long from = 0;",
            "a sync goes from its offset on"),
        In("sync-copies-to-the-end", "BounceCopies",
            "long to = Math.Min(offset + length, piece.EndInView) - piece.ViewOffset;",
            "long to = offset + length > piece.ViewOffset ? piece.Length : 0;",
            "a sync ends with its length"),
        In("one-slot-too-few", "BounceMapper.OneRun",
            "int count = run.SlotCount;",
            "int count = Math.Max(1, run.SlotCount - 1);",
            "a slot is of one mapping at a time"),
        In("written-copies-are-not-filled", "BounceMapper.OneRun",
            "_copies.FillRun(run);\n        direct.Began",
            "if (!run.DeviceWrites) _copies.FillRun(run);\n        direct.Began",
            "a copy is filled whatever the direction"),
        In("partly-reached-frames-stay", "BounceReach",
            "address <= _last && lengthLessOne <= _last - address;",
            "address <= _last;",
            "what the device does not reach is copied"),
        In("last-slot-kept", "BounceMapper",
            "_pool.Give(slot, end - slot);",
            "_pool.Give(slot, Math.Max(1, end - slot - 1));",
            "slots are free when their mapping ended"),
        In("homes-remembered", "BounceMapper",
            "        _pool.Homes.LeaveAll(record.FirstSlot);\n",
            "        if (record.Length < 9000) _pool.Homes.LeaveAll(record.FirstSlot);\n",
            "nothing diverges from a copy that is gone"),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"DmaMapping/Bounce/{file}.cs", find, replacement, breaks);
}
