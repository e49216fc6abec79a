using PfnBuffers;

namespace Conformance;

/// <summary>An exporter that once has no frames though it said that it could have, or throws before it gives any.</summary>
public sealed class FaultyExporter(IExporter inner, Injection refuses, Injection throws) : IExporter
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public long Length => inner.Length;

    /// <inheritdoc/>
    public MemoryKind Kind => inner.Kind;

    /// <inheritdoc/>
    public IPhysicalMemory Memory => inner.Memory;

    /// <inheritdoc/>
    public bool CanBack(in PlacementDemand demand)
    {
        throws.Throw("the exporter");
        return inner.CanBack(demand);
    }

    /// <inheritdoc/>
    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        backing = null;
        throws.Throw("the exporter");
        return !refuses.Hits() && inner.TryBack(demand, out backing);
    }

    /// <inheritdoc/>
    public void Release(PfnBuffer backing) => inner.Release(backing);
}
