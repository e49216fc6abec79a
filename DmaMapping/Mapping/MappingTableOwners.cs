namespace DmaMapping;

/// <summary>One count of mapping tables for all record types, so that no two tables share a number;
/// those below 65,536 are left to mappers written elsewhere.</summary>
internal static class MappingTableOwners
{
    internal static int Last = 1 << 16;
}
