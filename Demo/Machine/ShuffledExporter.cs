using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Demo;

/// <summary>
/// Another exporter's frames in another order: its runs shuffled. An allocator that was up for years gives them so by
/// itself; one that was started a moment ago gives all its high frames first.
/// </summary>
/// <param name="inner">Whose frames they are.</param>
internal sealed class ShuffledExporter(IExporter inner) : IExporter
{
    private const int Seed = 2015;

    public string Name => inner.Name;

    public long Length => inner.Length;

    public MemoryKind Kind => inner.Kind;

    public IPhysicalMemory Memory => inner.Memory;

    public bool CanBack(in PlacementDemand demand) => inner.CanBack(demand);

    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        if (!inner.TryBack(demand, out backing)) return false;
        if (demand.Contiguous) return true;

        // The frames are the same, so releasing the new buffer releases the old one's.
        backing = new PfnBuffer(Shuffle(backing!), backing!.PageSize, backing.Offset, backing.Length);
        return true;
    }

    public void Release(PfnBuffer backing) => inner.Release(backing);

    private static Pfn[] Shuffle(PfnBuffer buffer)
    {
        Pfn[] frames = buffer.View.Frames.ToArray();
        Array.Sort(frames);
        List<(int First, int Count)> runs = [];
        foreach (FrameRun run in new PfnView(frames, buffer.PageSize).Runs) runs.Add((run.FirstFrame, run.FrameCount));
        var order = runs.ToArray();
        new Random(Seed).Shuffle(order);

        var shuffled = new Pfn[frames.Length];
        int at = 0;
        foreach ((int first, int count) in order)
        {
            frames.AsSpan(first, count).CopyTo(shuffled.AsSpan(at));
            at += count;
        }

        return shuffled;
    }
}
