using System.Runtime.InteropServices;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Entries of AMD tables whose size lies outside what a level has.</summary>
public class AmdEntryTests
{
    private const ulong Sized = (3ul << 61) | (7 << 9) | 1;

    [Theory]
    [InlineData(1, 0xF_F000)]
    [InlineData(2, 0x1FFF_F000)]
    public void A_size_that_is_not_more_than_a_page_of_the_level_leads_nowhere(int level, ulong ones)
    {
        Assert.False(default(AmdV1).IsPresent(Sized | ones, level));
        Assert.True(default(AmdV1).IsPresent(Sized | ones, level - 1));
        Assert.True(default(AmdV1).IsPresent(Sized | ones | (ones + 0x1000), level));
    }

    [Fact]
    public void An_address_without_a_zero_is_the_largest_size_and_no_level_has_it()
    {
        const ulong All = Sized | 0x000F_FFFF_FFFF_F000;
        for (int level = 0; level < 4; level++)
        {
            Assert.True(default(AmdV1).IsPresent(All, level) && default(AmdV1).IsPage(All, level));
            Assert.Equal(51 - (9 * level), default(AmdV1).ContiguousOrderOf(All, level));
        }
    }

    [Theory]
    [InlineData(0xFF000)]
    [InlineData(0x000F_FFFF_FFFF_F000)]
    public void The_hardware_faults_on_a_size_that_is_no_page_of_the_level(ulong ones)
    {
        SparseMemory memory = RigMemory.Create();
        var iommu = new EmulatedIommu(memory);
        var device = new DmaDevice("d", new RequesterId(1));
        using var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), iommu, format: PageTableFormat.AmdV1);
        var mapper = new IommuMapper(device, domain);
        BusPort port = iommu.Connect(device, domain);
        var segments = new DmaSegment[1];
        MapResult result = mapper.Map(new PfnView([new Pfn(0x10000)], PageSize.Size4K), DmaDirection.ToDevice, segments);
        Assert.True(result.IsMapped);

        // The entry of the page, as a walk finds it.
        ulong table = domain.RootTable.Value, iova = segments[0].Address.Value;
        for (int level = 3; level > 0; level--) table = EntryAt(memory, table, iova >> (12 + (9 * level))) & 0x000F_FFFF_FFFF_F000;
        EntryAt(memory, table, iova >> 12) = Sized | ones;
        Assert.False(port.TryRead(segments[0].Address, new byte[1], out DmaFault fault));
        Assert.Equal(FaultReason.ReservedBits, fault.Reason);
        mapper.Unmap(result.Token);
    }

    private static ref ulong EntryAt(SparseMemory memory, ulong table, ulong index)
        => ref MemoryMarshal.Cast<byte, ulong>(memory.Access(new PhysicalAddress(table + ((index & 511) * 8)), 8))[0];
}
