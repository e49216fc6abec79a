using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>How many frames a domain holds for tables, step by step: what it keeps for the next mappings, and what is given back when there is too little.</summary>
public class TableStockTests
{
    private const int Frames = 64;

    /// <summary>What a table right below the root of four levels translates: 512 GiB.</summary>
    private const ulong Part = 1ul << 39;

    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly FrameAllocator _tables = new(new PhysicalAddress(RigMemory.Tables), Frames * 4096L);
    private readonly Pfn[] _scattered = Given.Frames(0x10000, 30 * 512, 2);

    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    private long Held => Frames - _tables.FreeFrames;

    [Fact]
    public void As_many_tables_are_kept_as_were_in_use_at_once_since_the_last_trim()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new DmaWindow(new DmaAddress(Part), new DmaAddress((2 * Part) - 1)));
        Assert.Equal(1, Held);

        // Tables that there were none of count for nothing.
        List<Pfn> taken = TakeAllBut(0);
        for (int i = 0; i < 3; i++) Assert.Equal(MapStatus.NoTableMemory, Map(mapper, new PfnView([new Pfn(9)], PageSize.Size4K)).Status);
        Give(taken);
        Assert.Equal(1, Held);

        // The root, two below it, and a table for each 512 pages.
        MappingToken twenty = MapLeaves(mapper, 20), thirty = MapLeaves(mapper, 30);
        Holds(53, 53, domain);
        domain.Trim();
        Assert.Equal(53, Held);

        // 16 at least are kept.
        mapper.Unmap(thirty);
        Holds(23 + 16, 23, domain);
        MappingToken one = MapLeaves(mapper, 1);
        Holds(24 + 15, 24, domain);

        // 24 are in use now, which is as many as may be spare.
        mapper.Unmap(twenty);
        Holds(4 + 24, 4, domain);
        thirty = MapLeaves(mapper, 30);
        Assert.Equal(34, Held);
        mapper.Unmap(thirty);
        mapper.Unmap(one);
        Assert.Equal(34, Held);
        domain.Trim();
        Holds(1, 1, domain);
        domain.Dispose();
        Assert.Equal(0, Held);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void All_tables_of_a_whole_part_below_the_root_go_with_the_last_mapping_in_it(string name)
    {
        KnownFormat format = KnownFormat.Named(name);
        ulong part = 1ul << (format.Walker.InputBits - 9);
        (IommuDomain domain, IommuMapper mapper) = Domain(new DmaWindow(new DmaAddress(part), new DmaAddress((2 * part) - 1)), format);
        Holds(1, 1, domain);
        int levels = (format.Walker.InputBits - 12) / 9;
        foreach (int pages in new[] { 1, 512 })
        {
            MapResult result = Map(mapper, new PfnView(_scattered.AsSpan(0, pages), PageSize.Size4K));
            Holds(levels, levels, domain);
            mapper.Unmap(result.Token);
            domain.Trim();
            Holds(1, 1, domain);
        }
    }

    [Fact]
    public void A_block_that_had_no_table_takes_none_out_when_it_is_given_back()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(new DmaWindow(new DmaAddress(Part), new DmaAddress((3 * Part) - 1)));
        MapResult lives = Map(mapper, new PfnView(Given.Frames(0x1000, 512), PageSize.Size1G));
        int part = (int)(_segments[0].Address.Value / Part);
        List<ReachablePage> pages = KnownFormat.Default.Walker.List(_memory, domain.RootTable);
        Assert.Equal(512, pages.Count);
        Holds(2, 2, domain);

        // In the other part all is refused: first as many GiB as the live part has the number in the root, then 2 MiB right behind them.
        List<Pfn> taken = TakeAllBut(0);
        Assert.Equal(MapStatus.NoTableMemory, Map(mapper, new PfnView(Given.Frames(0x4000, part, 2), PageSize.Size1G)).Status);
        Assert.Equal(MapStatus.NoTableMemory, Map(mapper, new PfnView(_scattered.AsSpan(0, 512), PageSize.Size4K)).Status);
        Give(taken);
        domain.Trim();
        Assert.Equal(pages, KnownFormat.Default.Walker.List(_memory, domain.RootTable));
        Holds(2, 2, domain);
        mapper.Unmap(lives.Token);
        domain.Trim();
        Holds(1, 1, domain);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Tables_below_one_that_could_not_be_filled_are_given_back(string name)
    {
        KnownFormat format = KnownFormat.Named(name);
        (IommuDomain domain, IommuMapper mapper) = Domain(default, format);

        // The gigabyte at the end takes one large page, so what is scattered before it takes the last four leaves of a table.
        using var buffer = new PfnBuffer([.. Given.Frames(0x1000, 125, 2), .. Given.Frames(0x4000, 1 << 14)], PageSize.Size64K);
        (long Held, long Tables, ulong Iova) before = Trimmed(domain);
        for (int have = 0; have < 5; have++)
        {
            List<Pfn> taken = TakeAllBut(have);
            Assert.Equal(MapStatus.NoTableMemory, Map(mapper, buffer.View).Status);
            Give(taken);
            Assert.Equal(before, Trimmed(domain));
            Assert.Empty(format.Walker.List(_memory, domain.RootTable));
        }

        List<Pfn> rest = TakeAllBut(5);
        MapResult result = Map(mapper, buffer.View);
        Assert.True(result.IsMapped, result.ToString());
        Assert.Equal(before.Tables + (5 << 12), domain.TableBytes);
        List<ReachablePage> pages = format.Walker.List(_memory, domain.RootTable);
        Assert.Equal((buffer.Length, 1L << 30), (pages.Sum(page => page.Bytes), pages[^1].Bytes));
        Give(rest);
        mapper.Unmap(result.Token);
        Assert.Equal(before, Trimmed(domain));
        domain.Dispose();
        Assert.Equal(0, Held);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_table_that_somebody_else_put_in_place_meanwhile_serves_both(string name)
    {
        KnownFormat format = KnownFormat.Named(name);
        ulong part = 1ul << (format.Walker.InputBits - 9);
        var memory = new CallingMemory(_memory);
        var options = new IommuDomainOptions { Format = format.Format, Aperture = new DmaWindow(new DmaAddress(part), new DmaAddress((2 * part) - 1)) };
        var domain = new IommuDomain(memory, _tables, new EmulatedIommu(memory), options);
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);

        // The first frame beside the root that is touched is the one that comes to be the table below it.
        MapResult inner = default;
        ulong root = domain.RootTable.Value;
        memory.Touched = address =>
        {
            if (address.Value >> 12 == root >> 12) return;
            memory.Touched = null;
            inner = mapper.Map(new PfnView([new Pfn(0x300)], PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]);
        };
        MapResult outer = Map(mapper, new PfnView([new Pfn(0x500)], PageSize.Size4K));
        Assert.Null(memory.Touched);
        Assert.True(inner.IsMapped && outer.IsMapped);
        Assert.Equal([0x300000ul, 0x500000ul], format.Walker.List(memory, domain.RootTable).Select(page => page.Physical).Order());

        // One table of each level, and a second leaf.
        int tables = ((format.Walker.InputBits - 12) / 9) + 1;
        Assert.Equal(tables, format.Walker.CountTables(memory, domain.RootTable));
        Holds(tables, tables, domain);
        mapper.Unmap(inner.Token);
        mapper.Unmap(outer.Token);
        domain.Trim();
        Holds(1, 1, domain);
    }

    private (IommuDomain Domain, IommuMapper Mapper) Domain(DmaWindow aperture, KnownFormat? format = null)
    {
        var domain = new IommuDomain(_memory, _tables, new EmulatedIommu(_memory), aperture, format?.Format);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain));
    }

    private void Holds(long frames, long tables, IommuDomain domain) => Assert.Equal((frames, tables << 12), (Held, domain.TableBytes));

    private MapResult Map(IommuMapper mapper, in PfnView view) => mapper.Map(view, DmaDirection.ToDevice, _segments);

    private MappingToken MapLeaves(IommuMapper mapper, int leaves)
    {
        MapResult result = Map(mapper, new PfnView(_scattered.AsSpan(0, leaves * 512), PageSize.Size4K));
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }

    private (long Held, long Tables, ulong Iova) Trimmed(IommuDomain domain)
    {
        domain.Trim();
        return (Held, domain.TableBytes, domain.FreeIovaBytes);
    }

    private List<Pfn> TakeAllBut(int have)
    {
        var taken = new List<Pfn>();
        while (_tables.FreeFrames > have && _tables.TryAllocate(1, default, out Pfn frame)) taken.Add(frame);
        return taken;
    }

    private void Give(List<Pfn> frames)
    {
        foreach (Pfn frame in frames) _tables.Free(frame, 1);
    }

    /// <summary>Memory that calls somebody whenever it is touched.</summary>
    private sealed class CallingMemory(IPhysicalMemory memory) : IPhysicalMemory
    {
        internal Action<PhysicalAddress>? Touched { get; set; }

        public MemoryRegion RegionAt(PhysicalAddress address) => memory.RegionAt(address);

        public Span<byte> Access(PhysicalAddress address, long length)
        {
            Touched?.Invoke(address);
            return memory.Access(address, length);
        }
    }
}
