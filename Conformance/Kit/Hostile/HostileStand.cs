using DmaMapping;

namespace Conformance;

/// <summary>A device with its mapper and its port.</summary>
/// <param name="Name">The device's name.</param>
/// <param name="Space">Where its addresses are translated.</param>
/// <param name="Mapper">Its mapper.</param>
/// <param name="Port">Its port.</param>
/// <param name="CopiesEdges">Whether partly covered granules go through slots.</param>
internal sealed record HostileStand(string Name, HostileDomain Space, IDmaMapper Mapper, BusPort Port, bool CopiesEdges)
{
    /// <summary>Whether the device has no IOMMU: then its mappings are all copies, for it reaches no home.</summary>
    internal bool IsDirect => Space.Domain is null;
}
