using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>Bytes to be mapped: runs of frames in the areas of a rig's memory.</summary>
public sealed record MappedView(PageSize PageSize, MappedRun[] Runs, long Offset, long Length, bool Summarised)
{
    private Pfn[]? _frames;
    private PfnBuffer? _buffer;

    // What is kept below belongs to one set of runs, and is not copied to another view.
    private MappedView(MappedView other) => (PageSize, Runs, Offset, Length, Summarised) = (other.PageSize, other.Runs, other.Offset, other.Length, other.Summarised);

    /// <summary>The frames, in the order of the bytes.</summary>
    public Pfn[] Frames => _frames ??= [.. Runs.SelectMany(run => Enumerable.Range(0, run.Count).Select(i => FrameOf(run, i)))];

    /// <summary>The view, over a plain array or out of a buffer that knows its runs.</summary>
    public PfnView View
        => Summarised ? (_buffer ??= new PfnBuffer(Frames, PageSize, Offset, Length)).View : new PfnView(Frames, PageSize, Offset, Length);

    /// <summary>Whether a frame stands there twice.</summary>
    public bool HasDuplicates => Frames.Distinct().Count() != Frames.Length;

    /// <summary>The same bytes, said in frames of 4 KiB.</summary>
    public MappedView InFramesOf4K()
    {
        int ratio = (int)(PageSize.Bytes / 4096), skip = (int)(Offset / 4096);
        MappedRun[] runs = [.. Runs.Select(run => new MappedRun(run.Area, run.Slot, run.Start * ratio, run.Count * ratio))];
        runs[0] = runs[0] with { Start = runs[0].Start + skip, Count = runs[0].Count - skip };
        int slack = (int)(((runs.Sum(run => run.Count) * 4096L) - (Offset % 4096) - Length) / 4096);
        for (int i = runs.Length - 1; slack > 0; i--)
        {
            int cut = System.Math.Min(slack, runs[i].Count);
            runs[i] = runs[i] with { Count = runs[i].Count - cut };
            slack -= cut;
        }

        return new MappedView(PageSize.Size4K, [.. runs.Where(run => run.Count > 0)], Offset % 4096, Length, Summarised);
    }

    /// <summary>A view like this one, of other frames of the same parts of memory; of some of the same where a part has no others.</summary>
    public MappedView Elsewhere()
        => this with { Runs = [.. Runs.Select(run => run with { Slot = run.Area is HomeArea.Below or HomeArea.First ? run.Slot ^ 1 : (run.Slot + 7) % 16 })] };

    /// <summary>The physical pieces of the view, each inside one 4 KiB frame, with their offsets in the view.</summary>
    public IEnumerable<(long Offset, ulong Address, int Length)> Pieces()
    {
        for (long at = 0; at < Length;)
        {
            long inBuffer = Offset + at;
            ulong address = (Frames[(int)(inBuffer / PageSize.Bytes)].Value * (ulong)PageSize.Bytes) + (ulong)(inBuffer % PageSize.Bytes);
            int length = (int)System.Math.Min(Length - at, 4096 - (long)(address % 4096));
            yield return (at, address, length);
            at += length;
        }
    }

    /// <inheritdoc/>
    public override string ToString()
        => $"{PageSize} [{string.Join(" ", Runs)}] offset {Offset} length {Length}{(Summarised ? " buffer" : string.Empty)}";

    private Pfn FrameOf(MappedRun run, int i)
        => new(((RigMemory.StartOf(run.Area) + ((ulong)run.Slot << 23)) >> PageSize.Shift) + (ulong)(run.Start + i));
}
