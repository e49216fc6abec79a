using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class PageTableFormatCaller : HostileCaller
{
    internal PageTableFormatCaller()
        : base(typeof(PageTableFormat))
    {
        Add("Of<TFormat>()", a => a.Flag() ? PageTableFormat.Of<VtdSecondStage>() : PageTableFormat.Of<Impossible>());
        Add("Granted(MemoryAccess)", a => Any(a).Granted(a.Of<MemoryAccess>()));
    }

    internal static PageTableFormat Any(HostileArguments a) => a.One(PageTableFormat.VtdSecondStage4, PageTableFormat.VtdSecondStage5, PageTableFormat.ArmStage1, PageTableFormat.AmdV1);

    /// <summary>A layout that no table can have.</summary>
    private struct Impossible : IPageTableFormat
    {
        public readonly string Name => "impossible";

        public readonly int Levels => 99;

        public readonly int OutputBits => -1;

        public readonly int HighestPageLevel => int.MaxValue;

        public readonly int HighestContiguousOrder => int.MinValue;

        public readonly DmaWindow? InterruptWindow => null;

        public readonly ulong PageBits(MemoryAccess access, int level) => 0;

        public readonly ulong ContiguousBits(MemoryAccess access, int level, int order) => 0;

        public readonly ulong TableBits(int level) => 0;

        public readonly bool IsPresent(ulong entry, int level) => true;

        public readonly bool IsPage(ulong entry, int level) => true;

        public readonly int ContiguousOrderOf(ulong entry, int level) => -1;

        public readonly MemoryAccess AccessOf(ulong entry) => MemoryAccess.None;

        public readonly ulong TargetOf(ulong entry) => ulong.MaxValue;
    }
}
