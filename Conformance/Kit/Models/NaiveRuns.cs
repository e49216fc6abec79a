using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>Lengths of the maximal runs of consecutive frames, found one frame at a time.</summary>
public static class NaiveRuns
{
    /// <summary>The lengths, in order.</summary>
    public static List<int> LengthsOf(IReadOnlyList<Pfn> frames)
    {
        var lengths = new List<int>();
        for (int i = 0; i < frames.Count; i++)
        {
            if (i > 0 && frames[i].Value == frames[i - 1].Value + 1) lengths[lengths.Count - 1]++;
            else lengths.Add(1);
        }

        return lengths;
    }
}
