using System;
using System.Runtime.CompilerServices;
using PfnBuffers;

namespace Bench;

/// <summary>
/// A baseline that maps the wrong frames would be quick for nothing: before anything is timed, every segment of every
/// layout is walked through the tables, and walked again after the unmap.
/// </summary>
internal static class SelfCheck
{
    private const int PageBytes = 4096;

    /// <summary>Throws where what all baselines share does not do its work.</summary>
    internal static void Parts()
    {
        Expect(Unsafe.SizeOf<PageStruct>() == PageStruct.Bytes, "a page struct is a cache line");
        Expect(Unsafe.SizeOf<ScatterlistEntry>() == ScatterlistEntry.Bytes, "an entry has 32 bytes");
        IovaCheck.Run();
    }

    /// <summary>Throws where the baseline does not do its work in a cell.</summary>
    internal static void WholeLife(MemoryMap memory, Pfn[] frames, Cell cell)
    {
        CountingIotlb iotlb = new();
        LinuxWholeLife life = new(memory, frames, iotlb);
        for (int round = 0; round < 3; round++)
        {
            life.Build();
            DmaSegment[] segments = life.Map().ToArray();
            Expect(Covers(life.Domain.Table, segments, frames), $"{cell}: the segments translate to the frames in order");
            long invalidated = iotlb.Bytes;
            life.Unmap();
            Expect(iotlb.Bytes - invalidated >= (long)frames.Length * PageBytes, $"{cell}: everything unmapped is invalidated");
            Expect(MapsNothing(life.Domain.Table, segments), $"{cell}: nothing translates after the unmap");
            life.Free();
            Expect(life.Entries.BlocksInUse == 0, $"{cell}: every block of entries is returned");
        }

        SteadyState(life, frames, cell);
    }

    /// <summary>Throws where a baseline that has run, and was timed, does not do its work any more.</summary>
    internal static void After(LinuxWholeLife life, Pfn[] frames, Cell cell)
    {
        life.Build();
        DmaSegment[] segments = life.Map().ToArray();
        Expect(Covers(life.Domain.Table, segments, frames), $"{cell}: after timing, the segments translate to the frames in order");
        life.Unmap();
        Expect(MapsNothing(life.Domain.Table, segments), $"{cell}: after timing, nothing translates after the unmap");
        life.Free();
        Expect(life.Tables.InUse <= TableEntry.Levels && life.Addresses.LiveRanges <= 1, $"{cell}: after timing, nothing has piled up");
    }

    private static void SteadyState(LinuxWholeLife life, Pfn[] frames, Cell cell)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        life.Run(2);
        Expect(GC.GetAllocatedBytesForCurrentThread() == allocated, $"{cell}: nothing is allocated in the steady state");
        Expect(life.Tables.InUse <= TableEntry.Levels, $"{cell}: tables do not pile up");
        Expect(life.Addresses.LiveRanges <= 1, $"{cell}: addresses do not pile up");
        Expect(RunDetector.CountBreaks(frames) == CountBreaksPlainly(frames), $"{cell}: the limit finds the runs");
        ulong[] entries = new ulong[frames.Length];
        EntryWriter.Write(frames, entries);
        for (int i = 0; i < frames.Length; i++) Expect(entries[i] == ((frames[i].Value << 12) | 3), $"{cell}: the limit writes entries");
    }

    private static bool Covers(LinuxPageTable table, ReadOnlySpan<DmaSegment> segments, ReadOnlySpan<Pfn> frames)
    {
        int frame = 0;
        foreach (DmaSegment segment in segments)
        {
            for (long at = 0; at < segment.Length; at += PageBytes, frame++)
            {
                if (frame == frames.Length || table.Translate((segment.Address + at).Value) != frames[frame].Value << 12) return false;
            }
        }

        return frame == frames.Length;
    }

    private static bool MapsNothing(LinuxPageTable table, ReadOnlySpan<DmaSegment> segments)
    {
        foreach (DmaSegment segment in segments)
        {
            for (long at = 0; at < segment.Length; at += PageBytes)
            {
                if (table.Translate((segment.Address + at).Value) is not null) return false;
            }
        }

        return true;
    }

    private static int CountBreaksPlainly(ReadOnlySpan<Pfn> frames)
    {
        int breaks = 0;
        for (int i = 1; i < frames.Length; i++) breaks += frames[i] == frames[i - 1] + 1 ? 0 : 1;
        return breaks;
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds) Throw.Invalid($"Self check failed: {what}.");
    }
}
