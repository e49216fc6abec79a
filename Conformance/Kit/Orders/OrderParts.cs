using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// What a world is put together from: the library's own parts. To see a campaign find something, override one and give
/// back something broken.
/// </summary>
public class OrderParts
{
    /// <summary>The library's own.</summary>
    public static OrderParts Library { get; } = new();

    /// <summary>What backs the buffer.</summary>
    public virtual IExporter Exporter(IExporter exporter) => exporter;

    /// <summary>What maps for devices of a class.</summary>
    public virtual IDmaMapper Mapper(OrderClass kind, IDmaMapper mapper) => mapper;

    /// <summary>What is told to forget translations.</summary>
    public virtual IIotlbInvalidation Hardware(EmulatedIommu iommu) => iommu;

    /// <summary>What tells what should happen.</summary>
    public virtual OrderOracle Oracle() => new();
}
