using System;
using PfnBuffers;

/// <summary>Tells a chooser of copies what a view is made of, as one mapper sees it.</summary>
internal static class ViewPieces
{
    /// <summary>Begins with the view and adds all of it: whole runs where the device reaches them, else frame by frame.</summary>
    /// <param name="fewest">The chooser.</param>
    /// <param name="view">The view.</param>
    /// <param name="profile">What the mapper reaches, and whether it confines frames that are covered partly.</param>
    /// <param name="memory">Tells what has no pages, and so is not copied to bring it together; null where all has.</param>
    internal static void AddTo(FewestCopies fewest, scoped in PfnView view, MapperProfile profile, IPhysicalMemory? memory)
    {
        fewest.Begin(view.Offset);
        foreach (FrameRun run in view.Runs)
        {
            for (long at = 0; at < run.Length;)
            {
                PhysicalAddress address = run.Address + at;
                CopyFate fate = CopyFate.May;
                long left = run.Length - at;
                if (memory is not null)
                {
                    MemoryRegion region = memory.RegionAt(address.FrameOf(PageSize.Size4K).ToAddress(PageSize.Size4K));
                    if (region.Kind != MemoryKind.PageBacked) fate = CopyFate.MustNot;
                    left = Math.Min(left, ToRegionEnd(region, address));
                }

                long length = LengthOf(address, left, profile, out bool must);
                profile.TryBusAddress(address, length, out DmaAddress bus);
                fewest.Add(bus.Value, length, must ? CopyFate.Must : fate);
                at += length;
            }
        }
    }

    /// <summary>How far the bytes at an address go that are all reached, or the part of one frame that must be copied.</summary>
    private static long LengthOf(PhysicalAddress address, long left, MapperProfile profile, out bool must)
    {
        long offset = address.OffsetIn(PageSize.Size4K);
        long inFrame = Math.Min(left, PageSize.Size4K.Bytes - offset);
        must = profile.BouncesEverything || (profile.BouncesPartialFrames && inFrame < PageSize.Size4K.Bytes) || !profile.Reaches(address, inFrame);
        if (must) return inFrame;
        long whole = profile.BouncesPartialFrames ? left & ~(PageSize.Size4K.Bytes - 1) : left;
        return profile.Reaches(address, whole) ? whole : inFrame;
    }

    /// <summary>Bytes up to where the last frame ends that begins in a region; a frame is of the kind of its first byte.</summary>
    private static long ToRegionEnd(in MemoryRegion region, PhysicalAddress address)
    {
        long frame = PageSize.Size4K.Bytes;
        long offset = address.OffsetIn(PageSize.Size4K);
        ulong room = region.Start.Value + (ulong)region.Length - 1 - (address.Value - (ulong)offset);
        return room >= long.MaxValue - (ulong)frame ? long.MaxValue : (((long)room / frame) + 1) * frame - offset;
    }
}
