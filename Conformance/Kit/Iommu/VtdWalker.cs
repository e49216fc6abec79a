namespace Conformance;

/// <summary>
/// Second-stage tables as the VT-d specification lays entries out, sections 3.7 and 9.8: nine bits a level,
/// R in bit 0, W in bit 1, PS in bit 7, the address in bits 51 to 12.
/// </summary>
/// <param name="levels">4, or 5 for 57-bit addresses.</param>
public sealed class VtdWalker(int levels) : SpecWalker(levels)
{
    private const ulong Known = 0x000F_FFFF_FFFF_F083;

    /// <inheritdoc/>
    protected override SpecEntry Read(ulong entry, int level)
    {
        bool r = (entry & 1) != 0, w = (entry & 2) != 0, large = (entry & 128) != 0;
        if (!r && !w) return default;
        if ((entry & ~Known) != 0) throw Malformed(entry, level, "it has bits that are not in use");
        if (large && level is not (1 or 2)) throw Malformed(entry, level, "it is large where no page is");
        return new SpecEntry(level == 0 || large ? SpecTarget.Page : SpecTarget.Table, entry & 0x000F_FFFF_FFFF_F000, r, w, 12 + (9 * level));
    }
}
