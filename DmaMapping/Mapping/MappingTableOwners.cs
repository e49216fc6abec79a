namespace DmaMapping;

/// <summary>One count of mapping tables for all record types, so that no two tables share a number.</summary>
internal static class MappingTableOwners
{
    internal static int Last;
}
