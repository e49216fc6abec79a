using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// Why a device cannot be served: every way of serving it with what closes it, who stands against it, and the smallest
/// change that would help. Never a bare "busy". Immutable, and thread-safe.
/// </summary>
public sealed class Refusal
{
    private readonly Lazy<IReadOnlyList<Change>> _changes;

    internal Refusal(string importer, IReadOnlyList<RefusalCause> causes, IReadOnlyList<string> conflictsWith, Func<IReadOnlyList<Change>> changes)
    {
        Importer = importer;
        Causes = causes;
        ConflictsWith = conflictsWith;
        _changes = new Lazy<IReadOnlyList<Change>>(changes);
    }

    /// <summary>The name of the device that is refused.</summary>
    public string Importer { get; }

    /// <summary>What closes each way of serving it, in the order in which the ways were tried; at least one.</summary>
    public IReadOnlyList<RefusalCause> Causes { get; }

    /// <summary>What the refusal is about: the first cause's reason.</summary>
    public RefusalReason Reason => Causes[0].Reason;

    /// <summary>What the device would need: as the first cause tells.</summary>
    public string Wanted => Causes[0].Wanted;

    /// <summary>What there is instead: as the first cause tells.</summary>
    public string Found => Causes[0].Found;

    /// <summary>Index in the buffer of the frame that the first cause is about; -1 where it is about none.</summary>
    public int FrameIndex => Causes[0].FrameIndex;

    /// <summary>Those whose wishes, mappings or silence stand against the device, by name; empty where the memory alone does.</summary>
    public IReadOnlyList<string> ConflictsWith { get; }

    /// <summary>
    /// The cheapest changes that, made together, let the device in; empty where none that the library knows of would. None of
    /// them can be left out. Worked out when first asked for, from what was there when it was refused; see
    /// <see cref="Change.Cost"/> for what cheap means.
    /// </summary>
    public IReadOnlyList<Change> Changes => _changes.Value;

    /// <summary>The changes as a sentence.</summary>
    public string Advice => Changes.Count == 0 ? "share it from other memory" : string.Join(", and ", Changes.Select(change => change.ToString()));

    /// <summary>The refusal for people: what closes each way, and what would help.</summary>
    public override string ToString()
    {
        string against = ConflictsWith.Count > 0 ? $" (against {string.Join(", ", ConflictsWith)})" : string.Empty;
        return $"{Importer} is refused{against}: {string.Join("; ", Causes.Select(Told))}. What would help: {Advice}";
    }

    private static string Told(RefusalCause cause) => cause.Way == Verdict.Refused ? cause.ToString() : $"no {cause.Way}, for {cause}";
}
