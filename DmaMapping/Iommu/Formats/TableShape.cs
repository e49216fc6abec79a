namespace DmaMapping;

/// <summary>What tables of every format have in common: 512 entries, so that nine bits of an address choose one.</summary>
internal static class TableShape
{
    internal const int EntryBits = 9;
    internal const int EntryCount = 1 << EntryBits;
}
