using System.Collections.Generic;

namespace PfnBuffers;

/// <summary>
/// Why a device cannot be served: whose wish, what was wanted, what was found, at which frame, who stands against it, and
/// what would help. Never a bare "busy". Immutable.
/// </summary>
public sealed class Refusal
{
    internal Refusal(string importer, RefusalReason reason, string wanted, string found, string advice)
    {
        Importer = importer;
        Reason = reason;
        Wanted = wanted;
        Found = found;
        Advice = advice;
    }

    /// <summary>The name of the device that is refused.</summary>
    public string Importer { get; }

    /// <summary>What the refusal is about.</summary>
    public RefusalReason Reason { get; }

    /// <summary>What the device would need.</summary>
    public string Wanted { get; }

    /// <summary>What there is instead.</summary>
    public string Found { get; }

    /// <summary>Index in the buffer of the frame that the refusal is about; -1 where it is about none.</summary>
    public int FrameIndex { get; init; } = -1;

    /// <summary>Names of the attached devices whose wishes conflict with this one's; empty where the memory alone does.</summary>
    public IReadOnlyList<string> ConflictsWith { get; init; } = [];

    /// <summary>What would help.</summary>
    public string Advice { get; }

    /// <summary>The refusal as one sentence for people.</summary>
    public override string ToString()
    {
        string where = FrameIndex >= 0 ? $" at frame {FrameIndex}" : string.Empty;
        string against = ConflictsWith.Count > 0 ? $" (against {string.Join(", ", ConflictsWith)})" : string.Empty;
        return $"{Importer} is refused: it wants {Wanted}, found {Found}{where}{against}; {Advice}";
    }
}
