using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>Finds the lengths of the maximal runs of consecutive frames.</summary>
/// <param name="frames">The frames.</param>
public delegate IReadOnlyList<int> FindRuns(Pfn[] frames);

/// <summary>
/// That runs are found by whatever wide steps an implementation takes: every length up to 70 frames, with every kind of
/// break at every position, and with a second break anywhere behind it. Nothing is random here.
/// </summary>
public static class RunLaws
{
    /// <summary>Frames tried: more than four times the widest vector, so that every alignment of head, body and tail is met.</summary>
    public const int MostFrames = 70;

    /// <summary>Where a part of the cases is enough (<see cref="CaseShare"/>): lengths of every rest modulo a vector's.</summary>
    private const int LengthsSkipped = 9;

    private static readonly (string Name, long Step)[] Breaks = [("gap", 2), ("repeat", 0), ("back", -1), ("far", 1L << 40)];

    /// <summary>How runs are found wrongly; null where never.</summary>
    public static string? Violation(FindRuns find)
    {
        for (int length = 0; length <= MostFrames; length += CaseShare.IsWhole ? 1 : LengthsSkipped)
        {
            for (int first = 1; first <= Math.Max(length, 1); first++)
            {
                foreach ((string name, long step) in Breaks)
                {
                    // A second break behind the first one, and none.
                    for (int second = first + 1; second <= length + 1; second += 1 + (second / 9))
                    {
                        Pfn[] frames = Frames(length, step, first, second);
                        if (!find(frames).SequenceEqual(NaiveRuns.LengthsOf(frames))) return $"{length} frames, {name} before {first} and {second}";
                    }
                }
            }
        }

        return null;
    }

    private static Pfn[] Frames(int length, long step, int first, int second)
    {
        var frames = new Pfn[length];
        ulong at = 1ul << 20;
        for (int i = 0; i < length; i++)
        {
            if (i > 0) at += (ulong)(i == first || i == second ? step : 1);
            frames[i] = new Pfn(at);
        }

        return frames;
    }
}
