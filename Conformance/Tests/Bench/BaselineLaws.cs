using System.Collections.Generic;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>What a mapping through an IOMMU is held to, whoever made it: the library's own are held to the same by the kit.</summary>
internal static class BaselineLaws
{
    /// <summary>
    /// Segments cover the bytes exactly and in order, none is longer than the device takes or crosses its boundary, and the tables lead from each of
    /// their pages to the buffer's, and nowhere else. Where boundaries are narrow, Linux pads between entries, and maps the padding too, to whatever lies behind
    /// the entry in memory: more is reachable then than the buffer, which is allowed here.
    /// </summary>
    /// <returns>What is wrong; null for nothing.</returns>
    internal static string? Broken(LinuxRig rig, IReadOnlyList<DmaSegment> segments, uint longest, ulong boundaryMask)
    {
        SortedDictionary<ulong, ReachablePage> reachable = rig.Reachable();
        HashSet<ulong> used = [];
        long at = 0;
        foreach (DmaSegment segment in segments)
        {
            if (segment.Length < 1 || segment.Length > longest) return $"a segment has {segment.Length} bytes of at most {longest}";
            ulong first = segment.Address.Value, last = first + (ulong)segment.Length - 1;
            if ((first & ~boundaryMask) != (last & ~boundaryMask)) return $"a segment crosses a boundary: {segment}";
            for (ulong iova = first; iova <= last && iova >= first; iova = (iova | 4095) + 1)
            {
                if (at + (long)(iova - first) >= rig.Length) return "the segments are longer than the buffer";
                if (!reachable.TryGetValue(iova & ~4095ul, out ReachablePage page)) return $"{iova:x} does not translate";
                if (!page.Reads || !page.Writes) return $"{iova:x} may not be read and written";
                ulong home = rig.HomeOf(at + (long)(iova - first));
                if ((page.Physical | (iova & 4095)) != home) return $"{iova:x} translates to {page.Physical:x}, not to {home:x}";
                used.Add(iova & ~4095ul);
            }

            at += segment.Length;
        }

        if (at != rig.Length) return $"{at} bytes are covered, not {rig.Length}";
        bool isPadded = boundaryMask < uint.MaxValue;
        return reachable.Count == used.Count || (isPadded && reachable.Count > used.Count) ? null : $"the device reaches {reachable.Count} pages, not {used.Count}";
    }
}
