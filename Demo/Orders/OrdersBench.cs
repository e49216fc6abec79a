using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>
/// A machine for one order of attaching: RAM below and above 4 GiB, all of it in short pieces but for one long piece below,
/// and a buffer in it that gets high frames unless somebody asks for others. Made anew for each order, and always the same.
/// </summary>
internal sealed class OrdersBench
{
    internal const long Length = 64 << 10;

    private const long RegionBytes = 8 << 20;

    /// <summary>Consecutive frames that are left free in worn memory.</summary>
    private const int PieceFrames = 3;

    internal OrdersBench(SharingPolicy policy)
    {
        var machine = new EmulatedMachine(
            new MemoryRegion(default, RegionBytes, MemoryKind.PageBacked),
            new MemoryRegion(new PhysicalAddress(1UL << 32), RegionBytes, MemoryKind.PageBacked));
        Pool = new BouncePool(machine, machine.Frames, 4 * Length, Placement.Below(32));
        Domain = new IommuDomain(machine, machine.Frames, new EmulatedIommu(machine));
        Wear(machine.Frames, new Placement { First = new PhysicalAddress(1UL << 32) }, longPieces: 0);

        // Two long pieces: moving from one to the other must be possible.
        Wear(machine.Frames, Placement.Below(32), longPieces: 2);
        Buffer = new SharedBuffer(new SystemMemoryExporter("system memory", machine, Length), policy);
    }

    internal BouncePool Pool { get; }

    internal IommuDomain Domain { get; }

    internal SharedBuffer Buffer { get; }

    /// <summary>Takes all frames that are free there, and gives back pieces with one frame between each.</summary>
    private static void Wear(FrameAllocator frames, in Placement where, int longPieces)
    {
        var taken = new List<Pfn>();
        Span<Pfn> one = stackalloc Pfn[1];
        while (frames.TryAllocate(one, PageSize.Size4K, where)) taken.Add(one[0]);
        taken.Sort();
        int longFrames = 2 * (int)PageSize.Size4K.FramesFor(Length), at = 0;
        for (; longPieces > 0; longPieces--, at += longFrames + 1) Free(longFrames);
        for (; at + PieceFrames < taken.Count; at += PieceFrames + 1) Free(PieceFrames);

        void Free(int count) => frames.Free(taken.GetRange(at, count).ToArray(), PageSize.Size4K);
    }
}
