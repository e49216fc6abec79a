using System;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>
/// Two frames of the array change places on the way to the device: the first one, and the next one of other content. Frames
/// of any size are told apart in 4 KiB, so that a buffer of one huge frame has two to swap.
/// </summary>
internal sealed class SwappedFrames(IDmaMapper inner, IPhysicalMemory memory) : PlantedFault(inner)
{
    internal override string Needs => "a picture of two pages that differ";

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        PageSize size = PageSize.Size4K;
        long offset = view.Offset & (size.Bytes - 1);
        var frames = new Pfn[size.FramesFor(offset + view.Length)];
        int count = 0;
        foreach (FrameRun run in view.Runs)
        {
            Pfn first = run.Address.FrameOf(size);
            long inRun = size.FramesFor(run.Address.OffsetIn(size) + run.Length);
            for (long i = 0; i < inRun; i++) frames[count++] = first + i;
        }

        int other = 1;
        while (other < count && SameBytes(frames[0], frames[other], size)) other++;
        if (other < count)
        {
            (frames[0], frames[other]) = (frames[other], frames[0]);
            Planted++;
        }

        return Inner.Map(new PfnView(frames, size, offset, view.Length), direction, segments, options);
    }

    private bool SameBytes(Pfn a, Pfn b, PageSize size)
        => memory.Access(a.ToAddress(size), size.Bytes).SequenceEqual(memory.Access(b.ToAddress(size), size.Bytes));
}
