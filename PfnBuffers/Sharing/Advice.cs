using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>What would help a device that is refused: only what it does not have already, and what the memory allows.</summary>
internal static class Advice
{
    /// <summary>Ways out, joined by "or".</summary>
    /// <param name="others">Ways that the caller knows of; named first.</param>
    /// <param name="importer">Who is refused.</param>
    /// <param name="kind">What memory it is about: only page-backed memory can be copied.</param>
    /// <param name="bytes">Bytes that a copy would take.</param>
    /// <param name="policy">What is allowed.</param>
    /// <param name="iommuHelps">Whether translated addresses would mend it.</param>
    internal static string For(IEnumerable<string> others, Importer importer, MemoryKind kind, long bytes, SharingPolicy policy, bool iommuHelps)
    {
        var ways = new List<string>(others);
        MapperProfile profile = importer.Profile;
        if (iommuHelps && profile.Addressing == Addressing.Direct) ways.Add($"give {importer.Name} an IOMMU");
        if (kind == MemoryKind.PageBacked)
        {
            if (importer.ZeroCopyOnly) ways.Add($"let {importer.Name} work on copies");
            else if (!policy.AllowsBounce) ways.Add("allow bouncing");
            else if (profile.BounceCapacity == 0) ways.Add($"give {importer.Name} a mapper that can bounce {bytes} bytes");
            else if (profile.BounceCapacity < bytes) ways.Add($"enlarge {importer.Name}'s bounce pool from {profile.BounceCapacity} to {bytes} bytes");
        }

        return ways.Count == 0 ? "share it from other memory" : string.Join(" or ", ways.Where(way => way.Length > 0));
    }
}
