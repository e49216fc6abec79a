namespace Conformance;

/// <summary>
/// Host tables as the AMD IOMMU specification lays entries out, section 2.2.3: PR in bit 0, next level in bits 11:9, address in bits 51:12,
/// IR in bit 61, IW in bit 62. Next level 0 is a page of the size of the level, 7 one whose size the lowest zero of its address tells: a zero in bit 12
/// is 8 KiB, in bit 13 16 KiB and so on. Levels are not skipped.
/// </summary>
public sealed class AmdWalker() : SpecWalker(4)
{
    private const ulong Known = (3ul << 61) | 0x000F_FFFF_FFFF_FE01;

    /// <inheritdoc/>
    protected override SpecEntry Read(ulong entry, int level)
    {
        if (entry % 2 == 0) return default;
        if ((entry & ~Known) != 0) throw Malformed(entry, level, "it has bits that are not in use");
        bool reads = ((entry >> 61) & 1) != 0, writes = ((entry >> 62) & 1) != 0;
        if (!reads && !writes) throw Malformed(entry, level, "it is present and lets nothing through");
        ulong address = entry & 0x000F_FFFF_FFFF_F000;
        int next = (int)((entry >> 9) & 7);
        int shift = 12 + (9 * level);
        if (next == 0)
        {
            if (level > 2) throw Malformed(entry, level, "no page is there");
            return new SpecEntry(SpecTarget.Page, address, reads, writes, shift);
        }

        if (next != 7)
        {
            if (next != level) throw Malformed(entry, level, $"it leads to level {next}");
            return new SpecEntry(SpecTarget.Table, address, reads, writes);
        }

        int size = 13;
        while (((address >> (size - 1)) & 1) != 0) size++;
        if (size <= shift || size >= shift + 9 || level > 2) throw Malformed(entry, level, $"no page of 2^{size} bytes is there");
        return new SpecEntry(SpecTarget.Page, address & ~((1ul << size) - 1), reads, writes, size);
    }
}
