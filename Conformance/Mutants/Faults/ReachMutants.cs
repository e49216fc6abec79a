using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults by which a device reaches what it must not.</summary>
internal static class ReachMutants
{
    internal static IEnumerable<SourceMutant> All { get; } =
    [
        In("not-invalidated-when-unmapped", "Iommu/DomainMappings",
            "            domain.Invalidate(first, pages);\n        }\n        else",
            "        }\n        else",
            "in a strict domain nothing is reached that is unmapped"),
        In("invalidates-a-page-less", "Bus/Iotlb",
            "for (long tag = range.First; tag <= range.Last; tag++)",
            "for (long tag = range.First; tag < range.Last; tag++)",
            "all of a range is forgotten"),
        In("large-ranges-stay-known", "Bus/Iotlb",
            "for (int at = 0; (at = IotlbTags.Find(_words, at, _words.Length, range)) < _words.Length; at += Stride) Drop(at, range);",
            "",
            "all of a long range is forgotten"),
        In("rest-of-a-frame-in-place", "Iommu/IommuMapper",
            "=> !_isTrusted && (options & MapOptions.RestIsZero) == 0;",
            "=> !_isTrusted && (options & MapOptions.ZeroCopy) != 0;",
            "who is not trusted does not reach the rest of a granule"),
        In("slot-not-zeroed", "Bounce/BounceMapper",
            "            _copies.ClearBeside(substitution.FirstSlot);\n\n            MapResult",
            "            MapResult",
            "beside the view's bytes a slot holds zeros"),
        In("writes-where-it-may-read", "Iommu/Formats/VtdSecondStage",
            "((access & MemoryAccess.Write) != 0 ? Write : 0)",
            "((access & MemoryAccess.Read) != 0 ? Read | Write : Write)",
            "a device does in a mapping what its direction says"),
        In("known-pages-let-all-through", "Bus/IommuPath",
            "if ((entry.Access & access) == 0)",
            "if ((entry.Access & access) == 0 && !cursor.IsLong && cursor.Region != 0)",
            "a translation that is remembered has its permissions"),
        In("table-in-reach", "Iommu/Tables/FormattedPageTable",
            "=> _memory.Entry(leaf, index) = (frame.Value",
            "=> _memory.Entries(leaf, index, index < 511 ? 2 : 1)[index < 511 ? 1 : 0] = _memory.Entry(leaf, index) = index < 511 ? leaf.Value | default(TFormat).PageBits(access, 0) : (frame.Value",
            "no device reaches page tables"),
        In("window-without-end", "Iommu/Lazy/LazyFlush",
            "_timer.Change(_settings.Window, Timeout.InfiniteTimeSpan);\n        return number;",
            "_timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);\n        return number;",
            "when the window has passed nothing is reached that was unmapped"),
        In("domains-share-translations", "Bus/IommuContext",
            "internal int Domain { get; } = domain.Number;",
            "internal int Domain { get; } = domain.Number & ~3;",
            "a device is translated by its own domain"),
        In("trusted-in-bad-company", "Bus/BusPort",
            "!(Device.IsTrusted && _path.IsTrusted)",
            "!Device.IsTrusted",
            "who shares a domain with somebody who is not trusted does not reach protected memory"),
        In("protected-for-all", "Bus/BusPort",
            "if (kind == MemoryKind.Protected && !(Device.IsTrusted && _path.IsTrusted)) return FaultReason.Protected;",
            "",
            "who is not trusted does not reach protected memory"),
        In("unmaps-all-but-the-last", "Iommu/DomainMappings",
            "_tables.Clear(record.Table, (int)(first & (IovaSpan.Pages - 1)), (int)pages);",
            "_tables.Clear(record.Table, (int)(first & (IovaSpan.Pages - 1)), (int)(pages > 1 ? pages - 1 : 1));",
            "all of a mapping ends"),
        In("goes-home-too-early", "Bounce/BounceMapper",
            "        UnmapInner(record.Inner, record.Length);\n        if (record.FirstSlot == BouncePiece.None) return;\n        if (record.DeviceWrites && !record.TakesTurns) _copies.GoHome(record.FirstSlot, 0, record.Length);",
            "        if (record.FirstSlot != BouncePiece.None && record.DeviceWrites && !record.TakesTurns) _copies.GoHome(record.FirstSlot, 0, record.Length);\n        UnmapInner(record.Inner, record.Length);\n        if (record.FirstSlot == BouncePiece.None) return;",
            "what a device wrote until it lost its reach comes home"),
        In("disposed-and-reached", "Iommu/IommuDomain",
            "                _hardware.Block(Number);\n",
            "",
            "the devices of a disposed domain reach nothing"),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"DmaMapping/{file}.cs", find, replacement, breaks);
}
