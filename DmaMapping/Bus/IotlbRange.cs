using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Granules of 4 KiB of one domain, as the tags that the IOTLB knows them by. A tag is one word, so that sets are searched
/// without their locks and four tags an instruction:
/// <code>
///    63 62           45 44                     0
///   |0 | domain        | IOVA / 4096            |
/// </code>
/// Domains whose numbers are equal in 18 bits share tags: a range may match a stranger's, which costs the stranger a walk and
/// no more, while a look-up compares the whole number. No tag is negative: <see cref="NoTag"/> lies in no range.
/// </summary>
internal readonly struct IotlbRange
{
    /// <summary>What stands where there is no tag.</summary>
    internal const long NoTag = -1;

    /// <summary>Of the widest tables, 57 bits of address.</summary>
    private const int PageBits = 45;
    private const int DomainMask = (1 << 18) - 1;
    private const ulong LastPage = (1ul << PageBits) - 1;

    /// <summary>The granules that hold some bytes, at least 1; those that no table translates are left out.</summary>
    internal IotlbRange(int domain, DmaAddress first, long length)
    {
        int shift = PageSize.Size4K.Shift;
        ulong page = first.Value >> shift;
        ulong more = ((first.Value & (ulong)(PageSize.Size4K.Bytes - 1)) + (ulong)length - 1) >> shift;
        bool none = page > LastPage;
        First = none ? 0 : TagOf(domain, page);
        Last = none ? NoTag : TagOf(domain, Math.Min(page + more, LastPage));
    }

    /// <summary>The tags from one to another.</summary>
    internal IotlbRange(long first, long last) => (First, Last) = (first, last);

    /// <summary>The lowest tag.</summary>
    internal long First { get; }

    /// <summary>The highest tag; below <see cref="First"/> where there is none.</summary>
    internal long Last { get; }

    /// <summary>The tag of a granule; <paramref name="page"/> is its IOVA / 4096, of at most 45 bits.</summary>
    internal static long TagOf(int domain, ulong page) => ((long)(domain & DomainMask) << PageBits) | (long)page;

    /// <summary>The IOVA / 4096 of a tag's granule.</summary>
    internal static ulong PageOf(long tag) => (ulong)tag & LastPage;

    internal bool Contains(long tag) => tag >= First && tag <= Last;
}
