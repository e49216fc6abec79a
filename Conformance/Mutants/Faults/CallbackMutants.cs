using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults in what is made of the answers of holders to a move.</summary>
internal static class CallbackMutants
{
    internal static IEnumerable<SourceMutant> All { get; } =
    [
        In("late-answers-count", "SharedBuffer",
            "            if (move.HasExpired) return false;\n",
            "",
            "an answer that comes late is told so"),
        In("one-answers-for-another", "SharedBuffer",
            "if (!ReferenceEquals(told.Attachment, attachment)) Throw.Argument(nameof(token),",
            "if (told.HasConfirmed && !ReferenceEquals(told.Attachment, attachment)) Throw.Argument(nameof(token),",
            "a holder answers for itself alone"),
        In("the-untold-hear-too", "ToldHolder",
            "        if (!WasTold) return;\n",
            "",
            "who was told to stop hears the outcome, and nobody else"),
        In("silence-is-an-answer", "Mover",
            "[.. attempt.Told.Where(one => !one.HasStopped(core.Uses))]",
            "[.. attempt.Told.Where(one => one.StopFault is not null)]",
            "nothing moves under a holder that has not answered"),
        In("leaving-is-no-answer", "ToldHolder",
            "HasConfirmed || !uses.Has(attachment)",
            "HasConfirmed",
            "who holds nothing any more has stopped"),
        In("stopped-for-ever", "Mover",
            "foreach (ToldHolder one in attempt.Told) one.Attachment.IsToldToStop = false;",
            "foreach (ToldHolder one in attempt.Told) one.Attachment.IsToldToStop = one.StopFault is not null;",
            "after a move that was not made holders go on"),
        In("frames-kept-when-not-moved", "Mover",
            "if (unused is not null) core.Exporter.Release(unused);",
            "if (unused is not null && ReferenceEquals(unused, attempt.Frames) && attempt.Told.Count < 2) core.Exporter.Release(unused);",
            "the frames of a move that was not made go back"),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"DmaMapping/Sharing/{file}.cs", find, replacement, breaks);
}
