using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>What stood in the way of a move that deciding had chosen. The default value: nothing, or none was tried.</summary>
public readonly struct MoveObstacle
{
    private MoveObstacle(RefusalReason reason, string found, IReadOnlyList<string> silent)
    {
        IsMet = true;
        Reason = reason;
        Found = found;
        Silent = silent;
    }

    /// <summary>Another move of the buffer is under way.</summary>
    public static MoveObstacle MoveUnderWay { get; } = new(RefusalReason.MoveUnderWay, "another one under way", []);

    /// <summary>Whether there is one.</summary>
    public bool IsMet { get; }

    /// <summary>Whether it closes the way by itself: who was silent counts as pinned instead.</summary>
    internal bool Closes => IsMet && Reason != RefusalReason.NoAnswer;

    /// <summary>What it is.</summary>
    internal RefusalReason Reason { get; }

    /// <summary>The same for people.</summary>
    internal string Found { get; }

    private IReadOnlyList<string>? Silent { get; }

    /// <summary>What a move takes is not free at present.</summary>
    /// <param name="found">What there is instead, for people.</param>
    /// <exception cref="ArgumentNullException">Nothing found.</exception>
    public static MoveObstacle NoRoom(string found) => new(RefusalReason.NoRoomToMove, Throw.IfNull(found, nameof(found)), []);

    /// <summary>Frames are to be had, and do not serve everyone: demands say less than constraints.</summary>
    /// <param name="found">What there is instead, for people.</param>
    /// <exception cref="ArgumentNullException">Nothing found.</exception>
    public static MoveObstacle Unsuitable(string found) => new(RefusalReason.NoCommonBacking, Throw.IfNull(found, nameof(found)), []);

    /// <summary>Some who declared to be movable did not confirm in time.</summary>
    /// <param name="holders">Their names.</param>
    /// <param name="found">What they did instead, for people.</param>
    /// <exception cref="ArgumentNullException">No names, or nothing found.</exception>
    /// <exception cref="ArgumentException">One of the names is null.</exception>
    public static MoveObstacle NoAnswer(IReadOnlyList<string> holders, string found)
        => new(RefusalReason.NoAnswer, Throw.IfNull(found, nameof(found)), Throw.IfAnyNull(holders, nameof(holders)));

    /// <summary>What stood in the way, for people.</summary>
    public override string ToString() => !IsMet ? "nothing" : Silent?.Count > 0 ? $"of {string.Join(", ", Silent)}: {Found}" : Found;

    /// <summary>Whether somebody was asked and did not answer.</summary>
    internal bool IsSilent(string holder) => Silent is not null && Silent.Contains(holder, StringComparer.Ordinal);
}
