using System.Collections.Generic;

namespace Conformance;

/// <summary>What a hot path counts on. The API of this build has no count of what a thread allocates.</summary>
public static class MappingAllocatesNothing
{
    /// <summary>The law, where the runtime counts what a thread allocates.</summary>
    internal static IEnumerable<MapperLaw> WhereCounted => [];
}
