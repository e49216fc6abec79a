using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults in what devices behind an IOMMU reach, and for how long.</summary>
internal static class RandomReachMutants
{
    /// <summary>Where invalidation is strict.</summary>
    internal static IEnumerable<SourceMutant> Strict { get; } =
    [
        In("small-mappings-stay-known", "Iommu/DomainMappings",
            "            domain.Invalidate(first, pages);\n        }\n        else\n",
            "            _ = pages;\n        }\n        else\n",
            "what is unmapped is forgotten before unmapping returns"),
        In("large-pages-stay-known", "Iommu/DomainMappings",
            "            _tables.Unmap(record.Table, first, record.Order, pages, default);\n            domain.Invalidate(first, pages);\n",
            "            _tables.Unmap(record.Table, first, record.Order, pages, default);\n",
            "what is unmapped is forgotten before unmapping returns"),
        In("tables-stay-known", "Iommu/DomainMappings",
            "        domain.Invalidate(first, pages);\n        _tables.Return(",
            "        _tables.Return(",
            "what is unmapped is forgotten before unmapping returns"),
        In("unlinked-stays-known", "Iommu/Reservations/DomainReservations",
            "            domain.Invalidate(first, (long)(PageOf(reserved, offset + length - 1) - first) + 1);\n            isForgotten = true;\n",
            "            isForgotten = first > 0;\n",
            "what is unlinked is forgotten before unlinking returns"),
        In("released-stays-known", "Iommu/Reservations/DomainReservations",
            "            domain.Invalidate(first, (long)(PageOf(reserved, links.EndOf(links.Count - 1) - 1) - first) + 1);\n",
            "            _ = first;\n",
            "what is released is forgotten"),
        In("last-granule-stays-known", "Iommu/DomainMappings",
            "            domain.Invalidate(first, pages);\n        }\n        else\n",
            "            domain.Invalidate(first, pages > 1 ? pages - 1 : pages);\n        }\n        else\n",
            "all that is unmapped is forgotten"),
        In("hardware-forgets-all-but-the-last", "Bus/Iotlb",
            "for (long tag = range.First; tag <= range.Last; tag++)",
            "for (long tag = range.First; tag < range.Last; tag++)",
            "the hardware forgets the whole range"),
        In("large-page-across-a-gap", "Iommu/Tables/GranuleCursor",
            "return new PfnView(part, PageSize.Size4K).CountRuns() == 1;",
            "return true;",
            "a large page is one run"),
        In("directions-swapped", "Iommu/Formats/VtdSecondStage",
            "=> ((access & MemoryAccess.Read) != 0 ? Read : 0)",
            "=> ((access & MemoryAccess.Read) != 0 ? Read | Write : 0)",
            "what is mapped to be read is not written"),
        In("tail-of-the-untrusted-overlooked", "Mapping/Segmenting",
            "return (view.TailSlack & inGranule) != 0 ?",
            "return (view.TailSlack & inGranule) > 2048 ?",
            "who is not trusted does not see the rest of a granule"),
        In("frames-beyond-tables", "Iommu/IommuMapper",
            "return view.FramesFitIn(_outputBits - view.PageSize.Shift)\n",
            "return !view.IsEmpty\n",
            "a frame that no entry can name is refused"),
        In("interrupts-mapped-over", "Iommu/IommuDomain",
            "if (format.InterruptWindow is { } interrupts) holes.Add(interrupts);",
            "_ = format.InterruptWindow;",
            "no mapping lies where interrupts do"),
        In("page-0-is-used", "Iommu/IommuDomain",
            "ulong first = Math.Max(1, ",
            "ulong first = Math.Max(0, ",
            "address 0 is none"),
        In("lead-without-room", "Iommu/Iova/IovaRequest",
            "return new IovaRequest(Bits.CeilLog2((ulong)pages + lead), lead, pages)",
            "return new IovaRequest(Bits.CeilLog2((ulong)pages), lead, pages)",
            "a mapping lies in its block"),
        In("links-meet", "Iommu/Reservations/LiveLinks",
            "if (index < Count && GranuleOf(_links[index].Offset) <= GranuleOf(offset + length - 1)) return false;",
            "if (index < Count && GranuleOf(_links[index].Offset) < GranuleOf(offset + length - 1)) return false;",
            "links share no granule"),
        In("entries-cleared-one-too-few", "Iommu/Tables/FormattedPageTable",
            "        entries.Clear();\n        return count;\n",
            "        entries.Slice(1).Clear();\n        return count;\n",
            "what is unmapped is not translated"),
    ];

    /// <summary>Where it is lazy.</summary>
    internal static IEnumerable<SourceMutant> Lazy { get; } =
    [
        In("used-again-before-the-flush", "Iommu/Iova/Lane",
            "                    _lazy.Enqueue(slot);\n                    _lazyCount++;\n",
            "                    Give(slot);\n",
            "an IOVA is used again when the hardware has forgotten it"),
        In("flush-without-invalidation", "Iommu/Lazy/LazyFlush",
            "        _invalidate();\n        long finished",
            "        if (number < 0) _invalidate();\n        long finished",
            "a flush makes the hardware forget"),
        In("forgotten-when-a-flush-began", "Iommu/Lazy/LazyFlush",
            "Volatile.Read(ref _finished) > number;",
            "Volatile.Read(ref _finished) >= number;",
            "only an invalidation that begins after an unmapping makes its IOVAs free"),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"DmaMapping/{file}.cs", find, replacement, breaks);
}
