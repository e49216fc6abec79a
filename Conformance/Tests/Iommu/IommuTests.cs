using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What an IOMMU domain promises beyond what every mapper does.</summary>
public class IommuTests
{
    private const ulong Low = 0x1000_0000;

    /// <summary>Tables of a domain without limits: the root, and those above page 0 and the interrupt range.</summary>
    private const int Trunk = 4;

    [Fact]
    public void Tables_hold_the_union_of_the_live_mappings() => TableLaws.TablesHoldTheUnionOfLiveMappings(one => MapperRig.Of(one)).Check(250);

    [Fact]
    public void A_mapping_that_stays_is_caught()
        => LawAssert.Catches(TableLaws.TablesHoldTheUnionOfLiveMappings(With(rig => new ForgetsUnmap(rig))), 50);

    [Fact]
    public void A_granule_too_many_is_caught()
        => LawAssert.Catches(TableLaws.TablesHoldTheUnionOfLiveMappings(With(rig => new MapsMore(rig))), 50);

    [Fact]
    public void A_direction_too_many_is_caught()
        => LawAssert.Catches(TableLaws.TablesHoldTheUnionOfLiveMappings(With(rig => new MapsBothWays(rig))), 50);

    [Theory]
    [InlineData(0, 1536, 0, 3, 0)]
    [InlineData(5, 1536, 0, 2, 512)]
    [InlineData(5, 1536, 1000, 2, 512)]
    [InlineData(0, 511, 0, 0, 511)]
    [InlineData(1, 1022, 0, 0, 1022)]
    public void Runs_of_small_frames_in_a_buffer_get_large_pages(int start, int count, int offset, int large, int small)
    {
        MapperCase one = Given.Case(MapperKind.Iommu) with { Home = new MappedView(PageSize.Size4K, [Given.Low(start, count)], offset, (count * 4096L) - offset, true) };
        Assert.Equal((large, small, 0), Pages(one));
    }

    [Fact]
    public void Large_frames_get_large_pages_from_a_plain_array()
    {
        MapperCase one = Given.Case(MapperKind.Iommu);
        Assert.Equal((2, 0, 0), Pages(one with { Home = new MappedView(PageSize.Size2M, [new MappedRun(HomeArea.High, 3, 1, 2)], 0, 4 << 20, false) }));
        // Half a page before, one page whole, a quarter after.
        Assert.Equal((1, 384, 0), Pages(one with { Home = new MappedView(PageSize.Size2M, [new MappedRun(HomeArea.High, 3, 1, 3)], 1 << 20, (3 << 20) + (1 << 19), false) }));
    }

    [Fact]
    public void A_run_of_a_gigabyte_gets_a_page_of_a_gigabyte()
    {
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu) with { Reach = Reach.All });
        var segments = new DmaSegment[1];
        PfnView huge = new([new Pfn(7)], PageSize.Size1G);
        MapResult result = rig.Mapper.Map(huge, DmaDirection.ToDevice, segments);
        Assert.Equal(new ReachablePage(segments[0].Address.Value, 7ul << 30, 1 << 30, true, false), Assert.Single(rig.Pages()));
        rig.Mapper.Unmap(result.Token);

        // The same gigabyte and a bit on either side, as a buffer of small frames.
        using var around = new PfnBuffer(Given.Frames((7ul << 18) - 3, (1 << 18) + 8), PageSize.Size4K);
        Assert.True(rig.Mapper.Map(around.View, DmaDirection.ToDevice, segments).IsMapped);
        Assert.Equal([4096, 4096, 4096, 1 << 30, 4096, 4096, 4096, 4096, 4096], rig.Pages().Select(page => page.Bytes));
    }

    [Fact]
    public void Frames_that_only_look_like_a_run_at_both_ends_get_small_pages()
    {
        Pfn[] frames = Given.Frames(Low >> 12, 512);
        (frames[100], frames[200]) = (frames[200], frames[100]);
        MapperRig rig = MapperRig.Of(Given.Case(MapperKind.Iommu));
        Assert.True(rig.Mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]).IsMapped);
        Assert.Equal(Enumerable.Repeat(4096L, 512), rig.Pages().Select(page => page.Bytes));
    }

    [Fact]
    public void A_tiny_aperture_runs_out_and_is_as_it_was()
    {
        MapperCase one = Given.Case(MapperKind.Iommu) with { Reach = Reach.Tiny };
        MapperRig rig = MapperRig.Of(one);
        RigState empty = rig.State();
        Assert.Equal(16ul * 4096, empty.FreeIova);
        var tokens = new List<MappingToken>();
        for (int i = 0; i < 16; i++) tokens.Add(rig.Map(one, out _).Token);
        RigState full = rig.State();
        Assert.Equal(0ul, full.FreeIova);
        Assert.Equal(MapStatus.NoIovaSpace, rig.Map(one, out _).Status);
        Assert.Equal(full, rig.State());
        rig.Mapper.Unmap(tokens[7]);
        tokens[7] = rig.Map(one, out _).Token;
        Assert.Equal(MapStatus.NoIovaSpace, rig.Map(one, out _).Status);
        foreach (MappingToken token in tokens) rig.Mapper.Unmap(token);
        Assert.Equal(empty, rig.State());

        // What was handed out page by page is one block again.
        Assert.True(rig.Map(one with { Home = Given.View(Given.Scattered(16)) }, out _).IsMapped);
    }

    [Fact]
    public void Page_0_and_the_interrupt_range_are_never_handed_out()
    {
        DmaWindow aperture = new(default, new DmaAddress(0xFFFF_FFFF));
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory) = Domain(aperture);
        Assert.Equal(0x1000ul, domain.Aperture.First.Value);
        Assert.Equal(0x1_0000_0000ul - 0x1000 - 0x10_0000, domain.FreeIovaBytes);

        // Take all there is, in blocks as large as there are.
        long taken = 0;
        for (int shift = 31; shift >= 12; shift--)
        {
            Pfn[] frames = Given.Frames(1 << 20, 1 << Math.Max(0, shift - 21));
            PfnView view = shift >= 21 ? new PfnView(frames, PageSize.Size2M) : new PfnView(Given.Frames(1 << 20, 1 << (shift - 12)), PageSize.Size4K);
            while (mapper.Map(view, DmaDirection.ToDevice, new DmaSegment[1]).IsMapped) taken += 1L << shift;
        }

        Assert.Equal(0ul, domain.FreeIovaBytes);
        Assert.Equal(0x1_0000_0000 - 0x1000 - 0x10_0000, taken);
        Assert.DoesNotContain(KnownFormat.Default.Walker.List(memory, domain.RootTable), page => page.Iova == 0 || (page.Iova + (ulong)page.Bytes > 0xFEE0_0000 && page.Iova <= 0xFEEF_FFFF));
    }

    [Theory]
    [InlineData(0x0000_FFFF_FFFF_F000, 0x0000_FFFF_FFFF_FFFF)]
    [InlineData(0x0000_FFFF_FFFF_0000, ulong.MaxValue)]
    [InlineData(0x0000_FFFF_FFFF_EFFF, 0x0001_0000_0000_0000)]
    public void The_top_of_the_tables_is_mapped_and_reached(ulong first, ulong last)
    {
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory) = Domain(new DmaWindow(new DmaAddress(first), new DmaAddress(last)));
        Assert.Equal(0x0000_FFFF_FFFF_FFFFul, domain.Aperture.Last.Value);
        var segments = new DmaSegment[1];
        while (mapper.Map(new PfnView([new Pfn(1)], PageSize.Size4K), DmaDirection.ToDevice, segments).IsMapped)
            Assert.InRange(segments[0].Address.Value, first, 0x0000_FFFF_FFFF_F000ul);
        Assert.Equal(0ul, domain.FreeIovaBytes);
        Assert.Contains(KnownFormat.Default.Walker.List(memory, domain.RootTable), page => page.Iova == 0x0000_FFFF_FFFF_F000);
    }

    [Theory]
    [InlineData(0x0001_0000_0000_0000, ulong.MaxValue)]
    [InlineData(0, 0xFFF)]
    [InlineData(0x1001, 0x1FFF)]
    [InlineData(ulong.MaxValue - 10, ulong.MaxValue)]
    [InlineData(0xFEE0_0000, 0xFEEF_FFFF)]
    [InlineData(0xFEE0_3000, 0xFEE0_4FFF)]
    public void An_aperture_without_a_page_is_refused(ulong first, ulong last)
        => Assert.Equal("aperture", Assert.Throws<ArgumentException>(() => Domain(new DmaWindow(new DmaAddress(first), new DmaAddress(last)))).ParamName);

    [Fact]
    public void A_domain_wider_than_the_device_is_refused()
    {
        (IommuDomain domain, _, _) = Domain(default);
        Assert.Equal("domain", Assert.Throws<ArgumentException>(() => new IommuMapper(new DmaDevice("d", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) }), domain)).ParamName);
    }

    [Fact]
    public void Running_out_of_table_memory_at_any_table_leaves_everything_as_it_was()
    {
        // Frames for pages of all sizes, so that tables of every level are made: scattered, a 2 MiB run, and more scattered.
        Pfn[] frames = [.. Given.Frames(Low >> 12, 700, 3), .. Given.Frames(0x20000, 1500), .. Given.Frames(0x40000, 600, 5)];
        int needed = 0;
        for (int have = Trunk; needed == 0; have++)
        {
            var memory = RigMemory.Create();
            var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), have * 4096L);
            var iommu = new EmulatedIommu(memory);
            var domain = new IommuDomain(memory, tables, iommu);
            var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
            var segments = new DmaSegment[1];

            // Something small lives there already where there is room for it.
            MapResult small = mapper.Map(new PfnView(frames.AsSpan(0, 3), PageSize.Size4K), DmaDirection.ToDevice, segments);
            string before = string.Join(";", KnownFormat.Default.Walker.List(memory, domain.RootTable));
            domain.Trim();
            (long bytes, ulong iova, int live) state = (domain.TableBytes, domain.FreeIovaBytes, domain.LiveMappings);
            foreach (bool summarised in new[] { false, true })
            {
                using var buffer = new PfnBuffer(frames, PageSize.Size4K);
                MapResult large = mapper.Map(summarised ? buffer.View : new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional, segments);
                if (large.IsMapped)
                {
                    needed = have;
                    mapper.Unmap(large.Token);
                }
                else
                {
                    Assert.Equal(MapStatus.NoTableMemory, large.Status);
                }

                Assert.Equal(before, string.Join(";", KnownFormat.Default.Walker.List(memory, domain.RootTable)));
                domain.Trim();
                Assert.Equal(state, (domain.TableBytes, domain.FreeIovaBytes, domain.LiveMappings));
            }

            if (small.IsMapped) mapper.Unmap(small.Token);
            domain.Dispose();
            Assert.Equal(have, tables.FreeFrames);
        }

        Assert.InRange(needed, Trunk + 8, Trunk + 16);
    }

    [Fact]
    public void A_domain_that_has_no_root_throws()
        => Assert.Throws<InvalidOperationException>(() => new IommuDomain(RigMemory.Create(), new FrameAllocator(default, 0), new EmulatedIommu(RigMemory.Create())));

    [Fact]
    public void A_domain_is_disposed_when_nothing_is_mapped()
    {
        MapperCase one = Given.Case(MapperKind.Iommu);
        MapperRig rig = MapperRig.Of(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        RigState mapped = rig.State();
        Assert.Throws<InvalidOperationException>(rig.Domain!.Dispose);
        Assert.Equal(mapped, rig.State());
        rig.Mapper.Unmap(result.Token);
        rig.GiveBack();
        rig.Domain.Dispose();
        Assert.Equal(0, rig.Domain.TableBytes);
        Assert.Throws<ObjectDisposedException>(() => { rig.Map(one, out _); });
        Assert.False(rig.Port.TryRead(segments[0].Address, new byte[1], out _));
    }

    [Fact]
    public void Devices_of_one_group_share_a_domain_and_others_do_not_reach_it()
    {
        MapperCase one = Given.Case(MapperKind.Iommu);
        MapperRig rig = MapperRig.Of(one);
        var twin = new DmaDevice("twin", new RequesterId(5), one.Constraints);
        BusPort port = rig.Iommu!.Connect(twin, rig.Domain!);
        rig.Map(one, out DmaSegment[] segments);
        Assert.True(port.TryRead(segments[0].Address, new byte[4096], out _));

        var stranger = new DmaDevice("stranger", new RequesterId(6), one.Constraints);
        using var other = new IommuDomain(rig.Memory, rig.Tables, rig.Iommu, one.Window);
        BusPort outside = rig.Iommu.Connect(stranger, other);
        Assert.False(outside.TryRead(segments[0].Address, new byte[1], out DmaFault fault));
        Assert.Equal((stranger.Requester, FaultReason.NotMapped), (fault.Requester, fault.Reason));

        Assert.Throws<InvalidOperationException>(() => rig.Iommu.Connect(twin, other));
        Assert.True(rig.Iommu.Disconnect(twin));
        Assert.False(rig.Iommu.Disconnect(twin));
        Assert.False(port.TryRead(segments[0].Address, new byte[1], out fault));
        Assert.Equal(FaultReason.NoDomain, fault.Reason);
    }

    [Fact]
    public void Faults_are_kept_up_to_a_number_and_counted_without_end()
    {
        var log = new FaultLog(4);
        var port = MapperRig.Of(Given.Case(MapperKind.Iommu)).Port;
        for (int i = 0; i < 300; i++) Assert.False(port.TryRead(new DmaAddress((ulong)i * 4096), new byte[1], out _));
        Assert.Equal(300, port.Faults.Count);
        Assert.Equal(256, port.Faults.Recent().Count);
        Assert.Equal(299ul * 4096, port.Faults.Recent()[255].Address.Value);
        Assert.Empty(log.Recent());
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultLog(0));
    }

    private static (int Large, int Small, int Wrong) Pages(MapperCase one)
    {
        MapperRig rig = MapperRig.Of(one);
        Assert.True(rig.Map(one, out _).IsMapped);
        List<ReachablePage> pages = rig.Pages();
        return (pages.Count(page => page.Bytes == 2 << 20), pages.Count(page => page.Bytes == 4096), pages.Count(page => page.Bytes is not (4096 or (2 << 20))));
    }

    private static (IommuDomain Domain, IommuMapper Mapper, SparseMemory Memory) Domain(DmaWindow aperture)
    {
        SparseMemory memory = RigMemory.Create();
        var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 64 << 20), new EmulatedIommu(memory), aperture);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain), memory);
    }

    private static MakeRig With(Func<MapperRig, IDmaMapper> broken) => one =>
    {
        MapperRig rig = MapperRig.Of(one);
        rig.Mapper = broken(rig);
        return rig;
    };
}
