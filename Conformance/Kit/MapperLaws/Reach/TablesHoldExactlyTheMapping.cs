using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Invariant I6 by the word of somebody who reads the tables.</summary>
public sealed class TablesHoldExactlyTheMapping() : MappingLaw(
    "tables hold exactly the mapping",
    "an independent walk of the tables comes to exactly the granules of the mapping, at their homes or in the pool, in the direction granted",
    needs: MapperCapabilities.Tables)
{
    /// <inheritdoc/>
    public override double LeastShare => 0.25;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;
        Dictionary<ulong, (ulong First, long Offset)> expected = DeviceReach.GranulesOf(one, result.Length, segments);
        SortedDictionary<ulong, ReachablePage> reached = rig.Granules();
        DmaDirection granted = rig.Granted(one.Direction);
        foreach (ReachablePage page in reached.Values)
        {
            if (!expected.TryGetValue(page.Iova, out (ulong First, long Offset) home)) return LawOutcome.Broken($"{page} is reachable and in no mapping");
            if (page.Reads != ((granted & DmaDirection.ToDevice) != 0) || page.Writes != ((granted & DmaDirection.FromDevice) != 0)) return LawOutcome.Broken($"{page}", $"{granted}");
            bool inPool = page.Physical >= RigMemory.Pool && page.Physical < RigMemory.Pool + (ulong)(one.PoolSlots * 4096L);
            if (!inPool && page.Physical != (home.First & ~4095ul)) return LawOutcome.Broken($"{page}", $"it leads to {home.First:x}, byte {home.Offset}");
            if (inPool && !one.CanBounce) return LawOutcome.Broken($"{page} leads into a pool");
            if (page.Iova == 0 || rig.Format.Walker.IsInterrupt(page.Iova)) return LawOutcome.Broken($"{page} is where no mapping may be");
        }

        return reached.Count == expected.Count ? LawOutcome.Held : LawOutcome.Broken($"{reached.Count} granules are reachable", $"{expected.Count}");
    }
}
