namespace Conformance;

/// <summary>Where an entry leads.</summary>
public enum SpecTarget
{
    /// <summary>Nowhere.</summary>
    Nothing = 0,

    /// <summary>To a table of the level below.</summary>
    Table,

    /// <summary>To a page.</summary>
    Page,
}

/// <summary>What one entry of a table says, in the words of a specification. The default value leads nowhere.</summary>
/// <param name="LeadsTo">Where it leads.</param>
/// <param name="Address">The table's or the page's address.</param>
/// <param name="Reads">Whether the device may read below it.</param>
/// <param name="Writes">Whether the device may write below it.</param>
/// <param name="Shift">Of a page, its size as a power of 2.</param>
public readonly record struct SpecEntry(SpecTarget LeadsTo, ulong Address, bool Reads, bool Writes, int Shift = 0);
