using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class CheckedFramesCaller : HostileCaller
{
    internal CheckedFramesCaller()
        : base(typeof(CheckedFrames), hasState: true)
    {
        Add("CheckedFrames(MappingChecker, FrameAllocator)", a => new CheckedFrames(a.Maybe(a.World.Checker), a.Maybe(a.World.Machine.Frames)));
        Do("TryAllocate(int, in Placement, out Pfn)", a =>
        {
            int count = a.Int();
            if (Made(a).TryAllocate(count, a.Placement(), out Pfn first)) Made(a).Free(first, count);
            else a.Refused();
        });
        Do("TryAllocate(Span<Pfn>, PageSize, in Placement)", a =>
        {
            PageSize size = a.Size();
            Span<Pfn> frames = a.Frames();
            if (Made(a).TryAllocate(frames, size, a.Placement())) Made(a).Free(frames, size);
            else a.Refused();
        });
        Do("Free(Pfn, int)", a => Made(a).Free(FrameAllocatorCaller.NotTaken(a), a.Int()));
        Do("Free(ReadOnlySpan<Pfn>, PageSize)", a => Made(a).Free(FrameAllocatorCaller.NotAllTaken(a, out PageSize size), size));
    }

    private static CheckedFrames Made(HostileArguments a) => new(a.World.Checker, a.World.Machine.Frames);
}
