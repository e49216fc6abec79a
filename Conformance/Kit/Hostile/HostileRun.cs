using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A life of a world, step by step.</summary>
internal sealed partial class HostileRun(HostileWorld world, ulong seed, HostileTally tally)
{
    private const int MostMappings = 40;
    private const int StepsBetweenComparisons = 2500;
    private const int StepsBetweenRaces = 1500;

    private readonly byte[] _buffer = new byte[3 * HostileMemory.Frame];
    private SpyRandom _random = new(seed ^ 0x5EED);

    /// <summary>Makes so many steps.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal string? Do(int steps)
    {
        for (int step = 1; step <= steps; step++)
        {
            tally.Operations++;
            string? wrong = Step();
            if (wrong is null && step % StepsBetweenComparisons == 0) wrong = Compare();
            if (wrong is null && step % StepsBetweenRaces == 0) wrong = Race();
            if (wrong is not null) return wrong;
        }

        while (world.Mappings.Count > 0)
        {
            if (Unmap(world.Mappings.Count - 1) is { } wrong) return wrong;
        }

        return Compare() ?? world.Close();
    }

    private string? Step()
    {
        int die = _random.Below(100);
        if (die < 14) return world.Mappings.Count < MostMappings ? Map() : Unmap(_random.Below(world.Mappings.Count));
        if (die < 27 && world.Mappings.Count > 0) return Unmap(_random.Below(world.Mappings.Count));
        if (die < 31 && world.Mappings.Count > 0) return Sync(world.Mappings[_random.Below(world.Mappings.Count)]);
        if (die < 33)
        {
            // The processor writes at home.
            int at = world.Memory.FirstHome + _random.Below(world.Model.Length - world.Memory.FirstHome - 64);
            _random.Fill(world.Model.AsSpan(at, 64));
            world.Model.AsSpan(at, 64).CopyTo(world.Memory.Bytes.AsSpan(at));
            return null;
        }

        if (die == 33)
        {
            // The window of lazy domains has passed.
            world.Clock.PassTime();
            foreach (HostileDomain domain in world.Domains) domain.Fading.Clear();
            return null;
        }

        return Access();
    }

    /// <summary>Everything: homes, copies, and what the tables lead to.</summary>
    private string? Compare()
    {
        tally.Comparisons++;
        int first = world.Memory.FirstHome;
        if (!world.Memory.Bytes.AsSpan(first).SequenceEqual(world.Model.AsSpan(first)))
        {
            int at = first;
            while (world.Memory.Bytes[at] == world.Model[at]) at++;
            return $"byte {at & 4095} of home frame {(at - first) / HostileMemory.Frame} is {world.Memory.Bytes[at]}, and nobody who may wrote it";
        }

        foreach ((ulong page, HostileGranule granule, _) in world.Mappings.SelectMany(one => one.Pages))
        {
            if (granule is { Copy: { } copy, Slot: >= 0 } && !world.Memory.Bytes.AsSpan(granule.Slot, HostileMemory.Frame).SequenceEqual(copy)) return $"the slot at page {page:x} holds something else than its view's bytes and zeros";
        }

        foreach (HostileDomain domain in world.Domains)
        {
            SortedDictionary<ulong, ReachablePage> reached = domain.Format!.Walker.Granules(world.Memory, domain.Domain!.RootTable);
            if (reached.Count != domain.Live.Count) return $"the tables of {domain.Format} lead to {reached.Count} pages, and {domain.Live.Count} are mapped";
            foreach (ReachablePage page in reached.Values)
            {
                if (!domain.Live.TryGetValue(page.Iova >> 12, out HostileGranule? granule)) return $"{page} of {domain.Format} is in no live mapping";
                if (page.Reads != granule.MayRead || page.Writes != granule.MayWrite) return $"{page} of {domain.Format} lets through what was not asked for";
                int index = world.Memory.IndexOf(page.Physical);
                if (granule.Copy is null ? index != granule.Home : index < 0 || !world.Memory.IsInPool(index)) return $"{page} of {domain.Format} leads elsewhere";
            }
        }

        return null;
    }
}
