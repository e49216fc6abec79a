using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>An exporter that says of itself what cannot be.</summary>
internal sealed class LyingExporter(IPhysicalMemory memory, long length, MemoryKind kind) : IExporter
{
    public string Name => "liar";

    public long Length => length;

    public MemoryKind Kind => kind;

    public IPhysicalMemory Memory => memory;

    public bool CanBack(in PlacementDemand demand) => false;

    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        backing = null;
        return false;
    }

    public void Release(PfnBuffer backing)
    {
    }
}
