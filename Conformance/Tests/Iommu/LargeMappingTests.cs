using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Mappings with tables of their own: what is told at their end, and what is left where memory for tables is short, or throws.</summary>
public class LargeMappingTests
{
    private const ulong Base = 8ul << 30;
    private const long Page = 4096;
    private const int InTable = 512;

    private readonly FrameAllocator _tables = new(new PhysicalAddress(RigMemory.Tables), 1 << 20);
    private readonly SparseMemory _home = RigMemory.Create();
    private readonly AccessedMemory _memory;
    private readonly ToldRanges _hardware = new();
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    public LargeMappingTests() => _memory = new AccessedMemory(_home);

    [Theory]
    [InlineData(12, 1)]
    [InlineData(12, 7)]
    [InlineData(12, 512)]
    [InlineData(12, 600)]
    [InlineData(21, 1)]
    [InlineData(21, 3)]
    [InlineData(30, 1)]
    public void The_hardware_is_told_once_of_the_range_that_ends(int shift, int count)
    {
        PageSize size = shift == 12 ? PageSize.Size4K : shift == 21 ? PageSize.Size2M : PageSize.Size1G;
        (IommuDomain domain, IommuMapper mapper) = Domain(1 << 18);
        MappingToken token = mapper.Map(new PfnView(Given.Frames(8, count, 2), size), DmaDirection.ToDevice, _segments, MapOptions.None).Token;
        Assert.Empty(_hardware.Told);
        mapper.Unmap(token);
        Assert.Equal((_segments[0].Address.Value, count * size.Bytes), Assert.Single(_hardware.Told));
        domain.Dispose();
    }

    /// <summary>The device has limits: so there is one way of mapping, which is tried once.</summary>
    [Fact]
    public void A_mapping_that_found_no_tables_is_made_and_ended_when_there_are_some()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(2 * InTable, new DmaConstraints { MaxSegmentSize = 1 << 30 });
        List<Pfn> taken = TakeAll();
        for (int round = 0; round < 3; round++) Assert.Equal(MapStatus.NoTableMemory, Map(mapper, 2 * InTable).Status);
        Assert.Equal((0, 0, (ulong)(2 * InTable * Page)), (domain.LiveMappings, mapper.LiveMappings, domain.FreeIovaBytes));
        foreach (Pfn one in taken) _tables.Free(one, 1);
        MapResult mapped = Map(mapper, 2 * InTable);
        Assert.Equal((MapStatus.Mapped, 1), (mapped.Status, mapper.LiveMappings));
        mapper.SyncForCpu(mapped.Token, 0, 1);
        mapper.Unmap(mapped.Token);
        domain.Dispose();
    }

    [Fact]
    public void Tables_that_are_kept_warm_make_a_mapping_before_it_is_refused()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(2 * InTable, new DmaConstraints { MaxSegmentSize = 1 << 30 });
        mapper.Unmap(Map(mapper, 1).Token);
        List<Pfn> taken = TakeAll();
        MapResult mapped = Map(mapper, InTable);
        Assert.Equal(MapStatus.Mapped, mapped.Status);
        mapper.Unmap(mapped.Token);
        foreach (Pfn one in taken) _tables.Free(one, 1);
        domain.Dispose();
    }

    [Fact]
    public void A_plan_foresees_a_lack_of_IOVAs_and_none_of_table_memory()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable);
        var view = new PfnView(Given.Frames(8, 1), PageSize.Size4K);
        List<Pfn> taken = TakeAll();
        Assert.Equal(MapStatus.Mapped, mapper.Plan(view, DmaDirection.ToDevice).Status);
        Assert.Equal(MapStatus.NoTableMemory, Map(mapper, 1).Status);
        foreach (Pfn one in taken) _tables.Free(one, 1);
        MapResult all = Map(mapper, InTable);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        Assert.Equal((MapStatus.NoIovaSpace, -1), (plan.Status, plan.FailedFrame));
        mapper.Unmap(all.Token);
        domain.Dispose();
    }

    [Fact]
    public void Memory_that_throws_while_tables_are_filled_leaves_the_device_nothing()
    {
        int all = 0;
        (_, IommuMapper first) = Domain(2 * InTable);
        _memory.Accessed = () => all++;
        Assert.True(Map(first, 2 * InTable).IsMapped);
        int cleared = 0;
        for (int at = 1; at <= all; at++)
        {
            _memory.Accessed = null;
            _hardware.Told.Clear();
            (IommuDomain domain, IommuMapper mapper) = Domain(2 * InTable);
            int accesses = 0;
            _memory.Accessed = () =>
            {
                if (++accesses == at) throw new NotSupportedException("Memory does not answer.");
            };
            Assert.Throws<NotSupportedException>(() => { Map(mapper, 2 * InTable); });
            _memory.Accessed = null;
            Assert.Empty(KnownFormat.Default.Walker.List(_home, domain.RootTable));
            if (_hardware.Told.Count == 0) continue;
            Assert.Equal((Base, 2 * InTable * Page), Assert.Single(_hardware.Told));
            cleared++;
        }

        // The table of the block, and each of the two in it.
        Assert.True(cleared >= 2, $"{cleared} of {all}");
    }

    private List<Pfn> TakeAll()
    {
        List<Pfn> taken = [];
        while (_tables.TryAllocate(1, default, out Pfn one)) taken.Add(one);
        return taken;
    }

    private MapResult Map(IommuMapper mapper, int pages) => mapper.Map(new PfnView(Given.Frames(0x100, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments, MapOptions.None);

    private (IommuDomain Domain, IommuMapper Mapper) Domain(int pages, DmaConstraints limits = default)
    {
        var domain = new IommuDomain(_memory, _tables, _hardware, new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (ulong)(pages * Page) - 1)));
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1), limits), domain));
    }

    /// <summary>Hardware that keeps what it is told to forget.</summary>
    private sealed class ToldRanges : IIotlbInvalidation
    {
        internal List<(ulong First, long Length)> Told { get; } = [];

        public void Invalidate(int domain, DmaAddress first, long length) => Told.Add((first.Value, length));

        public void Block(int domain)
        {
        }
    }
}
