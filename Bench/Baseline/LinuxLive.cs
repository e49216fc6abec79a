using System;
using PfnBuffers;

namespace Bench;

/// <summary>Scatterlists over the same pages, which are mapped together and unmapped together.</summary>
internal sealed class LinuxLive
{
    private readonly LinuxMapper _mapper;
    private readonly SgTable[] _tables;
    private int _mapped;

    internal LinuxLive(MemoryMap memory, ReadOnlySpan<Pfn> frames, int count)
    {
        // Ranges are aligned to their size: no more than one table is left partly used for each.
        TablePool tables = new((count * ((frames.Length / TableEntry.PerTable) + 1)) + 8);
        _mapper = new LinuxMapper(new LinuxDomain(tables, new WarmIotlb(), 1), new LinuxIovaAllocator());
        ulong[] pages = MemoryMap.PagesOf(frames);
        _tables = new SgTable[count];
        for (int i = 0; i < count; i++)
        {
            _tables[i] = new SgTable(memory, new ScatterlistPool(frames.Length));
            _tables[i].Build(pages, 0, (ulong)pages.Length << 12);
        }
    }

    /// <summary>Maps those that are not mapped.</summary>
    internal ulong Map()
    {
        ulong sum = 0;
        for (; _mapped < _tables.Length; _mapped++)
        {
            if (_mapper.Map(_tables[_mapped]) == 0) Throw.Invalid("The mapping failed.");
            sum += _tables[_mapped].Pool.Entries[_tables[_mapped].First].DmaAddress;
        }

        return sum;
    }

    /// <summary>Unmaps all that are, and tells how many.</summary>
    internal int Unmap()
    {
        int unmapped = _mapped;
        while (_mapped > 0) _mapper.Unmap(_tables[--_mapped]);
        return unmapped;
    }
}
