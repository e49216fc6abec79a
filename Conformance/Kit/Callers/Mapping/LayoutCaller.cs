using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Calls one page table layout: pure functions of bits, which answer something for every entry and level.</summary>
internal sealed class LayoutCaller<TFormat> : HostileCaller
    where TFormat : struct, IPageTableFormat
{
    internal LayoutCaller()
        : base(typeof(TFormat))
    {
        Add("PageBits(MemoryAccess, int)", a => default(TFormat).PageBits(a.Any<MemoryAccess>(), a.Int()));
        Add("ContiguousBits(MemoryAccess, int, int)", a => default(TFormat).ContiguousBits(a.Any<MemoryAccess>(), a.Int(), a.Int()));
        Add("TableBits(int)", a => default(TFormat).TableBits(a.Int()));
        Add("IsPresent(ulong, int)", a => default(TFormat).IsPresent(a.ULong(), a.Int()));
        Add("IsPage(ulong, int)", a => default(TFormat).IsPage(a.ULong(), a.Int()));
        Add("ContiguousOrderOf(ulong, int)", a => default(TFormat).ContiguousOrderOf(a.ULong(), a.Int()));
        Add("AccessOf(ulong)", a => default(TFormat).AccessOf(a.ULong()));
        Add("TargetOf(ulong)", a => default(TFormat).TargetOf(a.ULong()));
        Add("get Name", a => default(TFormat));
    }
}
