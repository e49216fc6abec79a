using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The format that docs/page-table-formats.md shows.</summary>
public class FormatExample
{
    // <format>
    public readonly struct VtdSmallPages : IPageTableFormat
    {
        public string Name => "VT-d second stage, 4 KiB pages";
        public int Levels => 4;
        public int OutputBits => 52;
        public int HighestPageLevel => 0;
        public int HighestContiguousOrder => 0;
        public DmaWindow? InterruptWindow => new DmaWindow(new DmaAddress(0xFEE0_0000), new DmaAddress(0xFEEF_FFFF));

        public ulong PageBits(MemoryAccess access, int level) => (ulong)access;
        public ulong ContiguousBits(MemoryAccess access, int level, int order) => PageBits(access, level);
        public ulong TableBits(int level) => 3;

        public bool IsPresent(ulong entry, int level) => (entry & 3) != 0;
        public bool IsPage(ulong entry, int level) => level == 0;
        public int ContiguousOrderOf(ulong entry, int level) => 0;
        public MemoryAccess AccessOf(ulong entry) => (MemoryAccess)(entry & 3);
        public ulong TargetOf(ulong entry) => entry & 0x000F_FFFF_FFFF_F000;
    }
    // </format>

    private static readonly KnownFormat Small = new("small", PageTableFormat.Of<VtdSmallPages>(), new VtdWalker(4));

    [Fact]
    public void The_example_obeys_the_laws()
    {
        foreach (MapperCheck law in MapperLaws.For(LibraryMappers.Of(MapperKind.Iommu, format: Small), MapperKind.Iommu.Capabilities()).Where(law => (law.Needs & MapperCapabilities.Tables) != 0 || law.Name == "unmapped is out of reach"))
            law.Check(50);
    }

    [Fact]
    public void The_example_has_small_pages_only()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu), format: Small);
        using var buffer = new PfnBuffer(Given.Frames(0x10000, 1024), PageSize.Size4K);
        Assert.True(rig.Mapper.Map(buffer.View, DmaDirection.ToDevice, new DmaSegment[1]).IsMapped);
        Assert.Equal(1024, rig.Pages().Count(page => page.Bytes == 4096));
    }
}
