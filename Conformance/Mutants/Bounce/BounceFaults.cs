using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Mutants;

/// <summary>The faults of a bounce mapper that the spy must find, by name.</summary>
public static class BounceFaults
{
    private const byte Junk = 0xA5;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BounceFault> All { get; } =
    [
        new("leaves-the-start-of-slots", "what is beside the mapped bytes is zero") { Placed = work => Each(work, (slot, _, from, _) => slot[..from].Fill(Junk)) },
        new("leaves-the-end-of-slots", "what is beside the mapped bytes is zero") { Placed = work => Each(work, (slot, _, _, to) => slot[to..].Fill(Junk)) },
        new("leaves-one-byte-beside", "what is beside the mapped bytes is zero") { Placed = work => Each(work, (slot, _, _, to) => slot[Math.Min(to, 4095)] = to < 4096 ? Junk : slot[4095]) },
        new("leaves-the-rest-of-prefixes", "a prefix's last slot holds the prefix and zeros")
        {
            Mapped = work => Each(work, (slot, home, from, to) =>
            {
                if (work.Length < work.Asked && to < 4096) slot[to] = home[to] == 0 ? Junk : home[to];
            }),
        },
        new("fills-only-what-is-read", "a copy is filled whatever the direction")
        {
            Placed = work => Each(work, (slot, _, from, to) =>
            {
                if (work.Direction == DmaDirection.FromDevice) slot[from..to].Fill(Junk);
            }),
        },
        new("fills-all-but-the-last-byte", "a copy is filled from home") { Placed = work => Each(work, (slot, _, _, to) => slot[to - 1] ^= Junk) },
        new("fills-late", "a copy is filled before the device reaches it")
        {
            Placed = work => Each(work, (slot, _, from, to) =>
            {
                work.Kept.Add(slot[from..to].ToArray());
                slot[from..to].Fill(Junk);
            }),
            Reached = work => Restore(work, slots: true),
        },
        new("brings-home-what-is-only-read", "only what the device may write goes home")
        {
            Ending = (work, _, _) => Each(work, (slot, home, from, to) =>
            {
                if (work.Direction == DmaDirection.ToDevice) slot[from..to].CopyTo(home[from..to]);
            }),
        },
        new("syncs-home-what-is-only-read", "only what the device may write goes home")
        {
            SyncingForCpu = (work, offset, length) =>
            {
                if (work.Direction == DmaDirection.ToDevice && length > 0) Each(work, (slot, home, from, to) => slot[from..to].CopyTo(home[from..to]));
                return (offset, length);
            },
        },
        new("brings-home-whole-slots", "only the bytes of the view go home")
        {
            Ended = work => Each(work, (slot, home, _, _) =>
            {
                if (work.GoesHome) slot.CopyTo(home);
            }),
        },
        new("brings-home-a-byte-more", "only the bytes of the view go home")
        {
            Ended = work => Each(work, (slot, home, _, to) =>
            {
                if (work.GoesHome && to < 4096) home[to] = slot[to];
            }),
        },
        new("brings-home-zeros", "what a device left unwritten stays as it was")
        {
            Ended = work => Each(work, (slot, home, from, to) =>
            {
                if (work.GoesHome && work.Direction == DmaDirection.FromDevice) home[from] = 0;
            }),
        },
        new("loses-what-was-written", "what the device wrote is home when its mapping ended")
        {
            Ending = (work, _, _) => Keep(work),
            Ended = work => Restore(work, slots: false),
        },
        new("loses-the-last-writes", "what the device writes while it reaches a slot goes home")
        {
            Ending = (work, mapper, token) =>
            {
                if (!work.GoesHome) return;
                mapper.SyncForCpu(token, 0, work.Length);
                Keep(work);
            },
            Ended = work => Restore(work, slots: false),
        },
        new("frees-slots-before-they-are-home", "a slot is somebody else's only when it is home")
        {
            Ending = (work, _, _) => Each(work, (slot, _, from, to) => slot[from..to].Fill(Junk)),
        },
        new("brings-turns-home", "unmapping brings nothing home for who takes turns")
        {
            Ending = (work, mapper, token) =>
            {
                if ((work.Options & MapOptions.TakesTurns) != 0) mapper.SyncForCpu(token, 0, work.Length);
            },
        },
        new("forgets-who-takes-turns", "who takes turns stands beside the copies of who takes turns") { Asking = (direction, options) => (direction, options & ~MapOptions.TakesTurns) },
        new("takes-all-for-taking-turns", "copies that would diverge are refused, and go home") { Asking = (direction, options) => (direction, options | MapOptions.TakesTurns) },
        new("sees-no-divergence", "copies that would diverge are refused")
        {
            Asking = (direction, options) => (direction, options | MapOptions.TakesTurns),
            Ended = work => Each(work, (slot, home, from, to) =>
            {
                if (!work.TakesTurns && (work.Direction & DmaDirection.FromDevice) != 0) slot[from..to].CopyTo(home[from..to]);
            }),
        },
        new("keeps-readers-apart", "copies that nobody writes stand beside each other") { Diverging = work => work.Others.Any(other => other.Copies.Any(copy => work.Homes.Contains(other.Homes[copy.Frame]))) },
        new("takes-readers-for-writers", "copies that nobody writes stand beside each other") { Asking = (_, options) => (DmaDirection.Bidirectional, options) },
        new("syncs-home-from-the-start", "a sync goes from its offset on") { SyncingForCpu = (_, _, length) => (0, length) },
        new("syncs-home-to-the-end", "a sync ends with its length") { SyncingForCpu = (work, offset, _) => (offset, work.Length - offset) },
        new("forgets-to-sync-home", "a sync brings home what the device wrote") { SyncingForCpu = (_, _, _) => (0, 0) },
        new("syncs-abroad-from-the-start", "a sync goes from its offset on") { SyncingForDevice = (_, _, length) => (0, length) },
        new("syncs-abroad-to-the-end", "a sync ends with its length") { SyncingForDevice = (work, offset, _) => (offset, work.Length - offset) },
        new("forgets-to-sync-abroad", "a sync takes abroad what the CPU wrote") { SyncingForDevice = (_, _, _) => (0, 0) },
        new("hands-slots-out-twice", "a slot is of one mapping at a time")
        {
            Placed = work =>
            {
                BounceWork? other = work.Others.FirstOrDefault(one => one.Copies.Any());
                if (other is null || !work.Copies.Any()) return;
                work.Places[work.Copies.First().Frame] = other.Places[other.Copies.First().Frame];
            },
        },
        new("keeps-reach", "a confined device faults when its mapping ended") { KeepsReach = true },
        new("keeps-slots-when-refused", "refusals change nothing") { KeepsWhenRefused = true },
        new("keeps-slots-when-planned", "plans change nothing") { KeepsWhenPlanned = true },
        new("copies-without-need", "what is within reach stands where it is") { Modes = _ => BounceMode.Everything },
        new("bares-partial-frames", "a device that is not trusted reaches the view's bytes and zeros")
        {
            Modes = mode => mode & ~BounceMode.PartialFrames,
            Vouching = options => options | MapOptions.RestIsZero,
        },
    ];

    private delegate void OnCopy(Span<byte> slot, Span<byte> home, int from, int to);

    /// <summary>The fault of a name; null where there is none.</summary>
    public static BounceFault? Named(string name) => All.FirstOrDefault(one => one.Name == name);

    private static void Each(BounceWork work, OnCopy action)
    {
        foreach ((int frame, int from, int to) in work.Copies) action(work.PlaceOf(frame), work.HomeOf(frame), from, to);
    }

    /// <summary>Keeps the mapped bytes of homes.</summary>
    private static void Keep(BounceWork work)
    {
        if (work.GoesHome) Each(work, (_, home, from, to) => work.Kept.Add(home[from..to].ToArray()));
    }

    /// <summary>Puts back what was kept, if anything, where it was.</summary>
    private static void Restore(BounceWork work, bool slots)
    {
        if (work.Kept.Count == 0) return;
        int at = 0;
        Each(work, (slot, home, from, _) =>
        {
            if (at < work.Kept.Count) work.Kept[at++].CopyTo((slots ? slot : home)[from..]);
        });
        work.Kept.Clear();
    }
}
