using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Which bytes are mapped more than once.</summary>
public sealed partial class MappingChecker
{
    /// <summary>What is wrong with a new mapping beside those that live; null for nothing. Under the lock.</summary>
    private MisuseReport? OverlapOf(TrackedMapping mapping)
    {
        if (_forbidsSharedWrites && mapping is { HoldsFramesTwice: true, DeviceWrites: true }) return Misuse.FramesTwice(mapping);

        var found = new List<MappedRange>();
        var shared = new Dictionary<TrackedMapping, long>();
        int deepest = 0;
        foreach (MappedRange home in mapping.Homes)
        {
            _homes.Find(home.Start, home.Length, found);
            foreach (MappedRange other in found)
            {
                shared.TryGetValue(other.Mapping, out long bytes);
                shared[other.Mapping] = bytes + Misuse.Common(home, other);
            }

            if (mapping.DeviceWrites && found.Count >= _mostOverlaps) deepest = System.Math.Max(deepest, DepthOf(home, found));
        }

        foreach (KeyValuePair<TrackedMapping, long> one in shared)
        {
            TrackedMapping other = one.Key;
            if ((!mapping.DeviceWrites && !other.DeviceWrites) || (mapping.TakesTurns && other.TakesTurns)) continue;

            // A frame that stands in one of them twice was counted twice.
            long sure = mapping.HoldsFramesTwice || other.HoldsFramesTwice ? 0 : one.Value;
            if (HoldsCopyFor(mapping, sure) || HoldsCopyFor(other, sure)) return Misuse.Diverges(mapping, other, one.Value);
            if (_forbidsSharedWrites) return Misuse.SharesWrite(mapping, other, one.Value);
        }

        return deepest >= _mostOverlaps ? Misuse.OverlapsTooOften(mapping, deepest + 1, _mostOverlaps) : null;
    }

    /// <summary>
    /// Whether a mapping must have a copy among so many of its bytes, because fewer are in place. Which are copies a mapper tells only beforehand; so
    /// what is told here is certain, and some conflicts with mappings that are copied in part are left to I7's own guards.
    /// </summary>
    private static bool HoldsCopyFor(TrackedMapping mapping, long bytes)
        => mapping.BouncedBytes > 0 && (mapping.BouncedBytes >= mapping.Length || bytes > mapping.Length - mapping.BouncedBytes);

    /// <summary>Most mappings that let devices write one byte of a range: one begins where the most meet.</summary>
    private static int DepthOf(in MappedRange home, List<MappedRange> found)
    {
        int deepest = 0;
        for (int i = -1; i < found.Count; i++)
        {
            ulong at = i < 0 || found[i].Start < home.Start ? home.Start : found[i].Start;
            int depth = 0;
            foreach (MappedRange other in found)
            {
                if (other.Mapping.DeviceWrites && other.Contains(at)) depth++;
            }

            deepest = System.Math.Max(deepest, depth);
        }

        return deepest;
    }
}
