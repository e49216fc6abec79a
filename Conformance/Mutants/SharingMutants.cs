using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults in carrying out what was decided, and in keeping to one home and one writer.</summary>
internal static class SharingMutants
{
    internal static IEnumerable<SourceMutant> All { get; } =
    [
        In("detach-keeps-constraints", "SharedBuffer",
            "_core.Attachments.Remove(attachment);\n            _constraints = _core.Merge();",
            "_core.Attachments.Remove(attachment);",
            "constraints are those of who is attached"),
        In("readers-beside-a-written-copy", "LiveUse",
            "(!Writes && !other.Writes)",
            "(!Writes || !other.Writes)",
            "a copy that one side may write stands beside nobody"),
        In("turns-of-one-excuse-the-other", "LiveUse",
            "(TakesTurns && other.TakesTurns)",
            "(TakesTurns || other.TakesTurns)",
            "only who takes turns stands beside the copies of who takes turns"),
        In("old-copies-overlooked", "LiveUse",
            "return from < to && (HoldsCopyIn(from, to) || other.HoldsCopyIn(from, to));",
            "return from < to && other.HoldsCopyIn(from, to);",
            "a live copy keeps others away, and not only a new one"),
        In("looks-during-a-turn", "SharedMapper",
            " ?? (length == 0 ? null : core.Turns.FindConflict(use.Pieces, writes));",
            ";",
            "the CPU does not look while a turn writes"),
        In("turns-stay-abroad", "Turns",
            "if (turn.Writes) use",
            "if (!turn.Writes) use",
            "what was written in a turn is home when it ends"),
        In("turns-on-stale-copies", "Turns",
            "use.SyncForDevice(offset, length);",
            "_ = use.Inner;",
            "a turn begins with what others wrote"),
        In("unmapping-rewrites-home", "SharedMapper",
            "(attachment.Importer.TakesTurns ? MapOptions.TakesTurns : MapOptions.None)",
            "MapOptions.None",
            "a copy outside a turn is not brought home"),
        In("bytes-left-behind", "Relocation",
            "CopyAll();\n            string? lack",
            "string? lack",
            "the bytes move with the buffer"),
        In("silence-is-consent", "Mover",
            "if (silent.Length > 0)",
            "if (silent.Length > 0 && timeout < TimeSpan.Zero)",
            "who does not answer keeps its frames"),
        In("move-keeps-old-verdicts", "LateBacking",
            "core.Attachments[i].Standing = decisions[i];",
            "core.Attachments[i].Standing = before is null ? decisions[i] : core.Attachments[i].Standing;",
            "a move settles everyone's verdict anew"),
        In("old-frames-kept", "Mover",
            "unused = core.Backing.Put(core, attempt.Frames, attempt.Candidate);",
            "core.Backing.Put(core, attempt.Frames, attempt.Candidate);\nunused = null;",
            "frames that bytes moved from go back"),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"DmaMapping/Sharing/{file}.cs", find, replacement, breaks);
}
