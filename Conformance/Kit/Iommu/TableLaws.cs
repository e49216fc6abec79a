using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That a domain's tables, walked by somebody who does not know the library, hold the live mappings at every moment.</summary>
public static class TableLaws
{
    /// <summary>After every step, what is reachable is the union of the live mappings, granule by granule, in as many tables as the domain says.</summary>
    public static Law<MapScript> TablesHoldTheUnionOfLiveMappings(MakeRig make) => new("tables hold the union of the live mappings", MapScript.Cases, script =>
    {
        MapperRig rig = make(script.Device);
        RigState start = rig.State();
        var live = new List<(MappingToken Token, Dictionary<ulong, (ulong Home, DmaDirection Direction)> Granules)>();
        foreach ((MappedView home, DmaDirection direction, int unmap) in script.Steps)
        {
            if (unmap >= 0)
            {
                if (live.Count == 0) continue;
                int which = unmap % live.Count;
                rig.Mapper.Unmap(live[which].Token);
                live.RemoveAt(which);
            }
            else
            {
                MapperCase one = script.Device with { Home = home, Direction = direction };
                MapResult result = rig.Map(one, out DmaSegment[] segments);
                if (result.IsMapped)
                    live.Add((result.Token, DeviceReach.GranulesOf(one, result.Length, segments).ToDictionary(g => g.Key, g => (g.Value.First & ~4095ul, rig.Format.Granted(direction)))));
            }

            if (Broken(rig, live.SelectMany(mapping => mapping.Granules)) is { } broken) return broken;
        }

        foreach ((MappingToken token, _) in live) rig.Mapper.Unmap(token);
        return rig.State() == start ? null : $"at the end there is {rig.State()}, at the start there was {start}";
    });

    private static string? Broken(MapperRig rig, IEnumerable<KeyValuePair<ulong, (ulong Home, DmaDirection Direction)>> live)
    {
        var expected = new Dictionary<ulong, (ulong Home, DmaDirection Direction)>();
        foreach (KeyValuePair<ulong, (ulong Home, DmaDirection Direction)> granule in live)
        {
            if (expected.ContainsKey(granule.Key)) return $"two live mappings have the IOVA {granule.Key:x}";
            expected.Add(granule.Key, granule.Value);
        }

        SortedDictionary<ulong, ReachablePage> reached = rig.Granules();
        foreach (ReachablePage page in reached.Values)
        {
            if (!expected.TryGetValue(page.Iova, out (ulong Home, DmaDirection Direction) mapped)) return $"{page} is in no live mapping";
            DmaDirection direction = (page.Reads ? DmaDirection.ToDevice : 0) | (page.Writes ? DmaDirection.FromDevice : 0);
            bool inPool = page.Physical >= RigMemory.Pool && page.Physical < RigMemory.Tables;
            if (direction != mapped.Direction || (page.Physical != mapped.Home && !inPool)) return $"{page} should lead to {mapped.Home:x}, {mapped.Direction}";
        }

        if (reached.Count != expected.Count) return $"{expected.Count} granules are mapped, {reached.Count} are reachable";
        int tables = rig.Format.Walker.CountTables(rig.Memory, rig.Domain!.RootTable);
        return rig.Domain.TableBytes == tables * 4096L ? null : $"{tables} tables lead somewhere, the domain speaks of {rig.Domain.TableBytes} bytes";
    }
}
