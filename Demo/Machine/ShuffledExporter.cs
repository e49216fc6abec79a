using System;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>
/// Another exporter's frames in another order: in handfuls, dealt from the two ends of what it gave. An allocator that was up
/// for years does so by itself; one that was started a moment ago gives all its high frames first.
/// </summary>
/// <param name="inner">Whose frames they are.</param>
internal sealed class ShuffledExporter(IExporter inner) : IExporter
{
    private const int LargestHandful = 24;

    public string Name => inner.Name;

    public long Length => inner.Length;

    public MemoryKind Kind => inner.Kind;

    public bool CanBack(in PlacementDemand demand) => inner.CanBack(demand);

    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        if (!inner.TryBack(demand, out backing)) return false;
        if (demand.Contiguous || backing!.RunCount == 1) return true;

        // The frames are the same, so releasing the new buffer releases the old one's frames.
        backing = new PfnBuffer(Deal(backing.View.Frames), backing.PageSize, backing.Offset, backing.Length);
        return true;
    }

    public void Release(PfnBuffer backing) => inner.Release(backing);

    private static Pfn[] Deal(ReadOnlySpan<Pfn> frames)
    {
        var random = new Random(2015);
        var dealt = new Pfn[frames.Length];
        int first = 0, last = frames.Length;
        for (int at = 0, handful = 0; at < dealt.Length; handful++)
        {
            int count = Math.Min(random.Next(1, LargestHandful + 1), last - first);
            bool fromFirst = (handful & 1) == 0;
            frames.Slice(fromFirst ? first : last - count, count).CopyTo(dealt.AsSpan(at));
            if (fromFirst) first += count;
            else last -= count;
            at += count;
        }

        return dealt;
    }
}
