using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Limits of formats and of apertures: what lies at them is mapped, and what lies beyond is refused with nothing changed.</summary>
public class RefusalTests
{
    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_frame_beyond_the_output_bits_is_refused_and_told(string name)
    {
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory, KnownFormat format) = Domain(name, default);
        ulong beyond = 1ul << (domain.OutputBits - 12);
        string before = State(domain, memory, format);
        foreach (int count in new[] { 1, 5, 600 })
        {
            Pfn[] frames = Given.Frames(0x10000, count, 2);
            int at = count / 2;
            frames[at] = new Pfn(beyond);
            MapResult result = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]);
            Assert.Equal((MapStatus.UnreachableFrame, at), (result.Status, result.FailedFrame));
            Assert.Equal(before, State(domain, memory, format));
            frames[at] = new Pfn(beyond - 1);
            result = mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]);
            Assert.True(result.IsMapped);
            Assert.Contains(format.Walker.List(memory, domain.RootTable), page => page.Physical == (beyond - 1) << 12);
            mapper.Unmap(result.Token);
            Assert.Equal(before, State(domain, memory, format));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_last_pages_of_the_input_bits_are_mapped_in_any_size(string name)
    {
        ulong end = 1ul << KnownFormat.Named(name).Walker.InputBits;
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory, KnownFormat format) = Domain(name, new DmaWindow(new DmaAddress(end - (2048 * 4096)), new DmaAddress(end - 1)));
        string before = State(domain, memory, format);
        var segments = new DmaSegment[1];
        foreach (int count in new[] { 1, 8, 512, 1024, 2048 })
        {
            var tokens = new List<MappingToken>();
            for (int i = 0; i < 2048 / count; i++) tokens.Add(mapper.Map(new PfnView(Given.Frames(0x10000, count, 2), PageSize.Size4K), DmaDirection.ToDevice, segments).Token);
            string full = State(domain, memory, format);
            Assert.Equal(0ul, domain.FreeIovaBytes);
            Assert.Contains(format.Walker.List(memory, domain.RootTable), page => page.Iova == end - 4096);
            Assert.Equal(MapStatus.NoIovaSpace, mapper.Map(new PfnView([new Pfn(7)], PageSize.Size4K), DmaDirection.ToDevice, segments).Status);
            Assert.Equal(full, State(domain, memory, format));
            foreach (MappingToken token in tokens) mapper.Unmap(token);
            Assert.Equal(before, State(domain, memory, format));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_side_of_4_GiB_is_filled_before_the_other(bool low)
    {
        const ulong Border = 1ul << 32;
        (IommuDomain domain, _, _, _) = Domain(nameof(PageTableFormat.VtdSecondStage4), new DmaWindow(new DmaAddress(Border - (1024 * 4096)), new DmaAddress(Border + (1024 * 4096) - 1)));
        var mapper = new IommuMapper(new DmaDevice("chooser", new RequesterId(2)) { PrefersLowAddresses = low }, domain);
        var segments = new DmaSegment[1];
        foreach (int count in new[] { 1, 4, 256, 1024 })
        {
            var tokens = new List<MappingToken>();
            for (int i = 0; i < 2048 / count; i++)
            {
                tokens.Add(mapper.Map(new PfnView(Given.Frames(0x10000, count, 2), PageSize.Size4K), DmaDirection.ToDevice, segments).Token);
                Assert.Equal(i < 1024 / count == low, segments[0].Address.Value < Border);
            }

            Assert.Equal(0ul, domain.FreeIovaBytes);
            foreach (MappingToken token in tokens) mapper.Unmap(token);
            domain.Trim();
        }
    }

    private static string State(IommuDomain domain, SparseMemory memory, KnownFormat format)
    {
        domain.Trim();
        return $"{domain.FreeIovaBytes} {domain.LargestFreeIovaBytes} {domain.LiveMappings} {domain.TableBytes} {string.Join(";", format.Walker.List(memory, domain.RootTable))}";
    }

    private static (IommuDomain Domain, IommuMapper Mapper, SparseMemory Memory, KnownFormat Format) Domain(string name, DmaWindow aperture)
    {
        KnownFormat format = KnownFormat.Named(name);
        SparseMemory memory = RigMemory.Create();
        var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 4 << 20), new EmulatedIommu(memory), aperture, format.Format);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain), memory, format);
    }
}
