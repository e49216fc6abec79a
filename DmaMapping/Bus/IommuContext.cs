using PfnBuffers;

namespace DmaMapping;

/// <summary>What the IOMMU knows of a requester that is in a domain; VT-d calls it a context entry. Another one is made for each connection.</summary>
internal sealed class IommuContext(IommuDomain domain, PhysicalAddress root)
{
    private readonly IommuDomain _domain = domain;

    internal int Domain { get; } = domain.Number;

    internal PhysicalAddress Root { get; } = root;

    internal int InputBits { get; } = domain.Format.InputBits;

    /// <summary>Whether nobody who maps in the domain is distrusted. The first mapper settles it, before anything can be reached.</summary>
    internal bool IsTrusted => _domain.IsTrusted != false;

    internal TableWalker Walker { get; } = TableWalker.Of(domain.Format);
}
