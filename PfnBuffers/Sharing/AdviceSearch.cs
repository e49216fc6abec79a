using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// Finds the cheapest set of changes that lets a device in. Sets are tried in the order of their costs, so the first that
/// helps is the cheapest, and none of its parts helps alone.
/// </summary>
internal static class AdviceSearch
{
    /// <summary>Beyond so many sets the search gives up being cheapest, and leaves out of all changes what can be left out.</summary>
    private const int MostSets = 4096;

    /// <summary>A set is a mask; of more changes the dearest are not thought of.</summary>
    private const int MostChanges = 60;

    internal static IReadOnlyList<Change> Cheapest(SharingState state, Importer newcomer)
    {
        Change[] changes =
        [
            .. Possible(state, newcomer).OrderBy(change => change.Cost).ThenBy(change => change.Subject, StringComparer.Ordinal).Take(MostChanges),
        ];
        if (!Helps(changes)) return [];

        // Each set leads to two more: with the next change added, and with its last one replaced by the next.
        var queue = new SortedSet<(int Cost, int Count, ulong Mask, int Last)>();
        if (changes.Length > 0) queue.Add((changes[0].Cost, 1, 1, 0));
        for (int tried = 0; queue.Count > 0 && tried < MostSets; tried++)
        {
            (int cost, int count, ulong mask, int last) = queue.Min;
            queue.Remove(queue.Min);
            Change[] set = [.. changes.Where((_, i) => ((mask >> i) & 1) != 0)];
            if (Helps(set)) return set;
            if (last + 1 == changes.Length) continue;
            ulong next = 1ul << (last + 1);
            queue.Add((cost + changes[last + 1].Cost, count + 1, mask | next, last + 1));
            queue.Add((cost + changes[last + 1].Cost - changes[last].Cost, count, (mask ^ (1ul << last)) | next, last + 1));
        }

        return WithoutTheNeedless([.. changes]);

        bool Helps(IEnumerable<Change> set)
        {
            (SharingState changed, Importer importer) = (state, newcomer);
            foreach (Change change in set) (changed, importer) = change.ApplyTo(changed, importer);
            return AttachDecision.Admits(changed, importer);
        }

        IReadOnlyList<Change> WithoutTheNeedless(List<Change> set)
        {
            for (int i = set.Count - 1; i >= 0; i--)
            {
                Change dearest = set[i];
                set.RemoveAt(i);
                if (!Helps(set)) set.Insert(i, dearest);
            }

            return set;
        }
    }

    /// <summary>Every change that is one: nothing that is so already.</summary>
    private static IEnumerable<Change> Possible(SharingState state, Importer newcomer)
    {
        MapperProfile profile = newcomer.Profile;
        string name = newcomer.Name;
        string exporter = state.Exporter.Name;
        long slots = AttachDecision.SlotBytes(state.Backing?.Offset ?? 0, state.Exporter.Length);
        if (!state.Obstacle.IsMet || state.Obstacle.Reason == RefusalReason.MoveUnderWay) yield return new Change(ChangeKind.AttachAgain, name, 0, state.Attached.Any(one => one.Name == name) ? $"detach {name} and attach it again" : $"attach {name} again");
        if (!state.Policy.AllowsMove) yield return new Change(ChangeKind.AllowMove, exporter, 0, "let the policy allow moving");
        if (!state.Policy.AllowsBounce) yield return new Change(ChangeKind.AllowBounce, exporter, 0, "let the policy allow bouncing");
        if (!newcomer.MapsWindows && !newcomer.RawPfns) yield return new Change(ChangeKind.MapInWindows, name, 0, $"let {name} map in windows (Importer.MapsWindows)");
        if (newcomer.ZeroCopyOnly) yield return new Change(ChangeKind.WorkOnCopies, name, 0, $"let {name} work on copies (not Importer.ZeroCopyOnly)");
        if (newcomer.NeedsPages) yield return new Change(ChangeKind.ForgoPages, name, 0, $"let {name} work on DMA addresses alone (not Importer.NeedsPages)");
        foreach (IGrouping<string, Holding> held in state.Holdings.Where(one => one.Holder != name).GroupBy(one => one.Holder))
        {
            string order = held.First().Kind switch
            {
                HoldingKind.CpuAccess => "end the CPU's access",
                HoldingKind.Pfns => $"put {held.Key}'s pfns back",
                _ => $"unmap {held.Key}",
            };
            yield return new Change(ChangeKind.EndHolding, held.Key, 0, order);
        }

        if (state.Obstacle.Reason == RefusalReason.NoRoomToMove) yield return new Change(ChangeKind.FreeFrames, exporter, 0, $"free frames for {exporter}");
        foreach (Importer other in state.Attached.Where(one => one.Name != name)) yield return new Change(ChangeKind.Detach, other.Name, 0, $"detach {other.Name}");
        if (profile.BounceCapacity < slots && !newcomer.RawPfns)
        {
            yield return profile.BounceCapacity == 0
                ? new Change(ChangeKind.AddBouncing, name, slots, $"give {name} a mapper that can bounce {slots} bytes")
                : new Change(ChangeKind.EnlargePool, name, slots, $"enlarge {name}'s bounce pool from {profile.BounceCapacity} to {slots} bytes");
        }

        if (profile.Addressing == Addressing.Direct && !newcomer.RawPfns) yield return new Change(ChangeKind.AddIommu, name, 0, $"give {name} an IOMMU");
        if (!profile.Device.IsTrusted) yield return new Change(ChangeKind.Trust, name, 0, $"trust {name}");
    }
}
