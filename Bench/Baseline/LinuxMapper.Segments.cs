namespace Bench;

/// <summary>
/// The two passes over the entries around the mapping itself. A kernel with CONFIG_PCI_P2PDMA reads each entry's struct
/// page in the first one; Linux as it was measured for the anchors did not, and on a machine with a small share of the
/// last-level cache those reads alone cost as much as all the rest from 65,536 scattered pages on. They are left out,
/// in the baseline's favour.
/// </summary>
internal sealed partial class LinuxMapper
{
    /// <summary>
    /// Rounds every entry to whole I/O pages, keeping its own bounds in the fields for the device meanwhile, and pads
    /// where a segment would cross the boundary. Answers the bytes of address space needed.
    /// </summary>
    private ulong Measure(SgTable table)
    {
        ScatterlistPool pool = table.Pool;
        ulong length = 0;
        int entry = table.First;
        int previous = -1;
        for (int i = 0; i < table.EntryCount; i++)
        {
            ref ScatterlistEntry s = ref pool.Entries[entry];
            uint offset = s.Offset & PageMask;
            uint bytes = s.Length;
            ulong toBoundary = (boundaryMask - length + 1) & boundaryMask;

            s.DmaAddress = offset;
            s.DmaLength = bytes;
            s.Offset -= offset;
            bytes = (bytes + offset + PageMask) & ~PageMask;
            s.Length = bytes;
            if (toBoundary != 0 && toBoundary < (ulong)bytes - 1)
            {
                pool.Entries[previous].Length += (uint)toBoundary;
                length += toBoundary;
            }

            length += bytes;
            previous = entry;
            entry = pool.Next(entry);
        }

        return length;
    }

    /// <summary>
    /// Gives every entry its own bounds back and joins what became one range into segments, which fill the first
    /// entries (<c>__finalise_sg</c>).
    /// </summary>
    private int Finish(SgTable table, ulong address)
    {
        ScatterlistPool pool = table.Pool;
        int entry = table.First;
        int segment = entry;
        uint joined = 0;
        int count = 0;
        for (int i = 0; i < table.EntryCount; i++)
        {
            ref ScatterlistEntry s = ref pool.Entries[entry];
            uint offset = (uint)s.DmaAddress;
            uint bytes = s.DmaLength;
            uint padded = s.Length;
            s.DmaAddress = NotMapped;
            s.DmaLength = 0;
            s.Offset += offset;
            s.Length = bytes;

            if (joined != 0 && offset == 0 && (address & boundaryMask) != 0 && longestSegment - joined >= bytes)
            {
                joined += bytes;
            }
            else
            {
                if (i > 0) segment = pool.Next(segment);
                joined = bytes;
                count++;
                pool.Entries[segment].DmaAddress = address + offset;
            }

            pool.Entries[segment].DmaLength = joined;
            address += padded;
            if (bytes + offset < padded) joined = 0;
            entry = pool.Next(entry);
        }

        return count;
    }
}
