namespace Conformance;

/// <summary>
/// Stage 1 tables of 4 KiB granule as the Arm architecture lays descriptors out (VMSAv8-64, DDI 0487, D8.3): bits 1:0 are 11 for a table or a page
/// and 01 for a block, which only its levels 1 and 2 have; address in bits 47:12, AttrIndx in 4:2, AP[2:1] in 7:6, SH in 9:8, AF in 10,
/// nG in 11, PXN and UXN in 53 and 54. As an SMMU sees an unprivileged device that uses no access flag faults, with normal write-back memory in attribute 1.
/// </summary>
public sealed class ArmWalker() : SpecWalker(4)
{
    private const ulong Address = 0x0000_FFFF_FFFF_F000;

    /// <inheritdoc/>
    public override bool WritesAreReads => true;

    /// <inheritdoc/>
    public override bool IsInterrupt(ulong iova) => false;

    /// <inheritdoc/>
    protected override SpecEntry Read(ulong entry, int level)
    {
        int type = (int)(entry % 4);
        if (type is 0 or 2) return default;
        if (type == 3 && level > 0)
        {
            // APTable, PXNTable and the like are not in use, and 50:48 are zero.
            if ((entry & ~(Address | 3)) != 0) throw Malformed(entry, level, "a table descriptor has attributes");
            return new SpecEntry(SpecTarget.Table, entry & Address, true, true);
        }

        if (type == 1 && level is not (1 or 2)) throw Malformed(entry, level, "no block is there");
        ulong attributes = entry & ~(Address | 3);
        ulong readOnly = attributes & (1ul << 7);
        attributes ^= readOnly;
        ulong wanted = (1ul << 2) | (1ul << 6) | (3ul << 8) | (1ul << 10) | (1ul << 11) | (1ul << 53) | (1ul << 54);
        if (attributes != wanted) throw Malformed(entry, level, $"its attributes are {attributes:x}, not {wanted:x}");
        return new SpecEntry(SpecTarget.Page, entry & Address, true, readOnly == 0, 12 + (9 * level));
    }
}
