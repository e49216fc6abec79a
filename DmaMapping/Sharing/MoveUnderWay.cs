using System.Collections.Generic;
using System.Linq;

namespace DmaMapping;

/// <summary>A move that had begun and was not over when a report was taken. Immutable.</summary>
public sealed class MoveUnderWay
{
    internal MoveUnderWay(MoveAttempt attempt, LiveUses uses)
    {
        Newcomer = attempt.Newcomer?.Name;
        Target = new BackingReport(attempt.Frames);
        Holders = new List<string>(attempt.Told.Select(one => one.Attachment.Name)).AsReadOnly();
        NotStopped = new List<string>(attempt.Told.Where(one => !one.HasStopped(uses)).Select(one => one.Attachment.Name)).AsReadOnly();
    }

    /// <summary>For whom the bytes move; null where it is the exporter's own wish.</summary>
    public string? Newcomer { get; }

    /// <summary>The frames that are reserved for the bytes.</summary>
    public BackingReport Target { get; }

    /// <summary>Those who must stop first, by name.</summary>
    public IReadOnlyList<string> Holders { get; }

    /// <summary>Those of them who had not yet said that they have stopped.</summary>
    public IReadOnlyList<string> NotStopped { get; }

    /// <summary>The move in words, as <c>for display, to 6 frames of 4K in 1 run: pfn 0x40 x 6; camera has not stopped</c>.</summary>
    public override string ToString()
    {
        string waits = NotStopped.Count == 0 ? "everyone has stopped" : $"{string.Join(", ", NotStopped)} {(NotStopped.Count == 1 ? "has" : "have")} not stopped";
        return $"for {Newcomer ?? "the exporter"}, to {Target}; {waits}";
    }
}
