using System;
using System.Collections.Generic;
using DmaMapping;
using FsCheck;
using PfnBuffers;

namespace Conformance;

/// <summary>What a domain hands out, when it hands it out again, and what it gives back, step by step.</summary>
public static class DomainLaws
{
    /// <summary>
    /// Blocks are apart, aligned, in the aperture and in no hole; what is free is told to the byte; nothing is short that is free; and when all is
    /// given back, all is as it was.
    /// </summary>
    public static Law<DomainCase> BooksAreExact(Func<IIotlbInvalidation, IIotlbInvalidation>? hardware = null) => new("books are exact", DomainCase.Cases, one =>
    {
        var world = new DomainWorld(one, hardware);
        if (world.Naive.Capacity is { } capacity && capacity != world.StartFree) return $"{world.StartFree} bytes are free at the start, not {capacity}";
        foreach (DomainStep step in one.Steps)
        {
            if (Do(world, step) is { } wrong) return $"{step}: {wrong}";
            if (one.IsUnlimited && world.Live.Count > 0 && world.Live[world.Live.Count - 1].First < 1 << 20 != one.PrefersLow) return $"{step}: on the wrong side of 4 GiB";
            if (!one.IsLazy && world.Domain.FreeIovaBytes != world.StartFree - world.Naive.Taken) return $"{step}: {world.Domain.FreeIovaBytes} bytes are free, not {world.StartFree - world.Naive.Taken}";
            if (world.StaleAndAccepted() is { } token) return $"{step}: {token} has ended and is unmapped again";
            if (world.Domain.LiveMappings != world.Live.Count) return $"{step}: {world.Domain.LiveMappings} mappings are live, not {world.Live.Count}";
        }

        while (world.Live.Count > 0)
        {
            LiveBlock block = world.Unmap(0);
            world.Naive.Give(block.First, block.Order);
        }

        return Trimmed(world) ?? AsAtFirst(world);
    });

    /// <summary>
    /// No IOVA and no table is used again while hardware that knows all that ever stood may still know it; and strictly, it knows nothing of a mapping once its
    /// unmapping has returned.
    /// </summary>
    public static Law<DomainCase> NothingIsUsedBeforeItIsForgotten(Func<IIotlbInvalidation, IIotlbInvalidation>? hardware = null, Arbitrary<DomainCase>? cases = null)
        => new("nothing is used before it is forgotten", cases ?? DomainCase.Cases, one =>
    {
        var world = new DomainWorld(one, hardware);
        bool reused = false;
        world.Hardware.Meanwhile = () => reused |= world.OthersAreGivenKnown();
        foreach (DomainStep step in one.Steps)
        {
            bool maps = step.Action is DomainAction.Map or DomainAction.MapLarge;
            if (maps && world.Map(step.Number, step.Action == DomainAction.MapLarge, out _, out _) is { } mapped && FirstKnown(world, mapped) is { } known)
                return $"{step}: page {known:x} is handed out, and the hardware may know it";
            if (step.Action == DomainAction.Unmap && world.Live.Count > 0 && world.Unmap(step.Number) is { } unmapped && !one.IsLazy && FirstKnown(world, unmapped) is { } left)
                return $"{step}: page {left:x} is unmapped, and the hardware may know it";
            if (!maps && step.Action != DomainAction.Unmap) Do(world, step);
            if (reused) return $"{step}: while the hardware was told to forget, others were given what it may know";
            if (world.Hardware.Wrong is { } wrong) return $"{step}: {wrong}";
            if (FirstFreeAndKnown(world) is { } frame) return $"{step}: table {frame:x} is free, and the hardware may know it";
            if (step.Action == DomainAction.Wait && world.Hardware.CountStalePages() is var stale and > 0) return $"{step}: time has passed, and the hardware may know {stale} pages that are not mapped";
            world.Hardware.Look();
        }

        return null;
    });

    private static string? Do(DomainWorld world, DomainStep step)
    {
        switch (step.Action)
        {
            case DomainAction.Map or DomainAction.MapLarge:
                if (world.Map(step.Number, step.Action == DomainAction.MapLarge, out MapStatus status, out int order) is { } block) return world.Naive.Take(block.First, order);
                if (status != MapStatus.NoIovaSpace) return $"refused for {status}";
                return world.Naive.HasFree(order) ? $"a block of order {order} is free, and not found" : null;
            case DomainAction.Unmap when world.Live.Count > 0:
                LiveBlock gone = world.Unmap(step.Number);
                world.Naive.Give(gone.First, gone.Order);
                return null;
            case DomainAction.Trim:
                return Trimmed(world);
            case DomainAction.Wait:
                world.Wait();
                return null;
            case DomainAction.Dispose when world.Live.Count > 0:
                return world.IsDisposalRefused() ? null : "disposed with live mappings";
            default:
                return null;
        }
    }

    private static string? Trimmed(DomainWorld world)
    {
        IommuDomain domain = world.Domain;
        domain.Trim();
        ulong free = domain.FreeIovaBytes, largest = domain.LargestFreeIovaBytes;
        if (free != world.StartFree - world.Naive.Taken) return $"trimmed, {free} bytes are free, not {world.StartFree - world.Naive.Taken}";
        int tables = KnownFormat.Default.Walker.CountTables(world.Hardware, domain.RootTable);
        if (domain.TableBytes != tables * 4096L) return $"trimmed, {tables} tables lead somewhere, the domain speaks of {domain.TableBytes} bytes";
        if (DomainWorld.TableFrames - world.Tables.FreeFrames != tables) return $"trimmed, {DomainWorld.TableFrames - world.Tables.FreeFrames} frames are held for {tables} tables";
        if (world.Naive.Capacity is null) return null;
        ulong expected = world.Naive.LargestFree is var order and >= 0 ? 4096ul << order : 0;
        if (largest != expected) return $"trimmed, the largest free block has {largest} bytes, not {expected}";
        double scattered = free == 0 ? 0 : 1 - ((double)expected / free);
        return Math.Abs(domain.IovaFragmentation - scattered) < 1e-9 ? null : $"fragmentation is {domain.IovaFragmentation}, not {scattered}";
    }

    private static string? AsAtFirst(DomainWorld world)
    {
        IommuDomain domain = world.Domain;
        if (domain.FreeIovaBytes != world.StartFree || domain.LargestFreeIovaBytes != world.StartLargest || domain.TableBytes != world.StartTables)
            return $"at the end {domain.FreeIovaBytes} bytes are free, {domain.LargestFreeIovaBytes} in one block, with {domain.TableBytes} of tables; at the start {world.StartFree}, {world.StartLargest}, {world.StartTables}";
        int pages = (int)Math.Min(world.StartLargest >> 12, 4096);
        if (pages > 0 && world.Map(pages, false, out MapStatus status, out _) is null) return $"at the end the largest block is refused for {status}";
        if (pages > 0) world.Unmap(0);
        domain.Dispose();
        return world.Tables.FreeFrames == DomainWorld.TableFrames ? null : $"{DomainWorld.TableFrames - world.Tables.FreeFrames} frames did not come back";
    }

    private static ulong? FirstKnown(DomainWorld world, LiveBlock block)
    {
        for (ulong page = block.First; page < block.First + (ulong)block.Pages; page++)
        {
            if (world.Hardware.Knows(page)) return page;
        }

        return null;
    }

    /// <summary>A table that somebody else could be given now, though the hardware may use it.</summary>
    private static ulong? FirstFreeAndKnown(DomainWorld world)
    {
        var stale = new HashSet<ulong>(world.Hardware.StaleTables());
        if (stale.Count == 0) return null;
        ulong? found = null;
        var frames = new List<Pfn>();
        while (world.Tables.TryAllocate(1, default, out Pfn frame))
        {
            frames.Add(frame);
            if (stale.Contains(frame.Value)) found = frame.Value;
        }

        foreach (Pfn frame in frames) world.Tables.Free(frame, 1);
        return found;
    }
}
