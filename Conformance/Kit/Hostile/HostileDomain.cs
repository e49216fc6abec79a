using System.Collections.Generic;
using DmaMapping;

namespace Conformance;

/// <summary>A domain, and what the model says that its devices reach.</summary>
internal sealed class HostileDomain(IommuDomain? domain, KnownFormat? format, bool isTrusted)
{
    /// <summary>The domain; null for a device without an IOMMU.</summary>
    internal IommuDomain? Domain => domain;

    internal KnownFormat? Format => format;

    internal bool IsTrusted => isTrusted;

    /// <summary>Pages of live mappings.</summary>
    internal Dictionary<ulong, HostileGranule> Live { get; } = [];

    /// <summary>Pages that were unmapped, and that the declared window lets be reached for a while.</summary>
    internal Dictionary<ulong, HostileGranule> Fading { get; } = [];

    /// <summary>Pages that ended last, in a ring.</summary>
    internal ulong[] Ended { get; } = new ulong[32];

    internal int EndedCount { get; set; }
}
