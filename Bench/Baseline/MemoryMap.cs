using System;
using System.Runtime.CompilerServices;
using PfnBuffers;

namespace Bench;

/// <summary>
/// The kernel's array of one <see cref="PageStruct"/> a frame, as virtually contiguous as a vmemmap kernel has it:
/// a page's address and its frame number are arithmetic of each other (<c>page_to_pfn</c>, <c>pfn_to_page</c>).
/// A page is passed about as the byte offset of its struct, which stands for <c>struct page *</c>.
/// </summary>
internal sealed class MemoryMap
{
    private const int StructShift = 6;
    private const int FrameShift = 12;

    private readonly PageStruct[] _pages;

    internal MemoryMap(int frames)
    {
        _pages = new PageStruct[frames];
        _pages.AsSpan().Fill(PageStruct.Allocated);
    }

    /// <summary>The page of a frame.</summary>
    internal static ulong PageOf(Pfn frame) => frame.Value << StructShift;

    /// <summary>The frame number of a page.</summary>
    internal static ulong FrameOf(ulong page) => page >> StructShift;

    /// <summary>The physical address of a page.</summary>
    internal static ulong PhysicalOf(ulong page) => page >> StructShift << FrameShift;

    /// <summary>The pages of a buffer, as a driver that pinned or allocated them holds them.</summary>
    internal static ulong[] PagesOf(ReadOnlySpan<Pfn> frames)
    {
        ulong[] pages = new ulong[frames.Length];
        for (int i = 0; i < pages.Length; i++) pages[i] = PageOf(frames[i]);
        return pages;
    }

    /// <summary>
    /// Whether one page may continue the entry that ends with another, as <c>pages_are_mergeable</c> decides it:
    /// the next frame, and both of ordinary memory or both of the same device. Only the second half reads the structs,
    /// so the pages of scattered frames are never looked at, and those of runs twice a pass. Inlined as C does it: left
    /// to itself the JIT calls it in some runs, and a page then costs twice as much.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Mergeable(ulong page, ulong previous)
    {
        if (FrameOf(page) != FrameOf(previous) + 1) return false;
        ref readonly PageStruct a = ref _pages[(int)FrameOf(page)];
        ref readonly PageStruct b = ref _pages[(int)FrameOf(previous)];
        if (a.IsDevice != b.IsDevice) return false;
        return !a.IsDevice || a.DeviceMap == b.DeviceMap;
    }
}
