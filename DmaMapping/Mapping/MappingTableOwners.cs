using System.Threading;

namespace DmaMapping;

/// <summary>One count of mapping tables for all record types, so that no two tables share a number;
/// those below 65,536 are left to mappers written elsewhere.</summary>
internal static class MappingTableOwners
{
    private static int _last = 1 << 16;

    internal static int Next() => Interlocked.Increment(ref _last);
}
