using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>An exporter that has its frames already, and gives them to whoever they suit.</summary>
internal sealed class GivenFrames(IPhysicalMemory memory, Pfn[] frames, PageSize size, long length) : IExporter
{
    public string Name => "given frames";

    public long Length => length;

    public MemoryKind Kind => MemoryKind.PageBacked;

    public IPhysicalMemory Memory => memory;

    internal int Released { get; private set; }

    public bool CanBack(in PlacementDemand demand)
    {
        if (demand.IsBottom) return false;
        var view = new PfnView(frames, size, 0, length);
        if (demand.Contiguous && view.CountRuns() > 1) return false;
        foreach (Pfn frame in frames)
        {
            if (!demand.Placement.Allows(frame.ToAddress(size), size.Bytes)) return false;
        }

        return true;
    }

    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        backing = CanBack(demand) ? new PfnBuffer(frames, size, 0, length) : null;
        return backing is not null;
    }

    public void Release(PfnBuffer backing) => Released++;
}
