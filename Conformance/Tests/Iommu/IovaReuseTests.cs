using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What becomes of blocks, of their tables and of their slots when mappings end: the next mappings use them.</summary>
public class IovaReuseTests
{
    private const long Page = 4096;
    private const ulong Border = 1ul << 32;
    private const int InTable = 512;

    private readonly SparseMemory _memory = RigMemory.Create();
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    [Fact]
    public void Each_device_takes_from_its_side_of_4_GiB_whatever_is_warm_on_the_other()
    {
        (IommuDomain domain, IommuMapper high) = Domain(Border - (InTable * Page), 2 * InTable);
        var low = new IommuMapper(new DmaDevice("low", new RequesterId(2)) { PrefersLowAddresses = true }, domain);
        for (int i = 0; i < 4; i++)
        {
            MappingToken below = Map(low).Token;
            Assert.True(_segments[0].Address.Value < Border);
            MappingToken above = Map(high).Token;
            Assert.True(_segments[0].Address.Value >= Border);

            // What has just ended would be the next to be used, were it on the right side.
            low.Unmap(below);
            MappingToken again = Map(high).Token;
            Assert.True(_segments[0].Address.Value >= Border);
            below = Map(low).Token;
            Assert.True(_segments[0].Address.Value < Border);
            high.Unmap(above);
            low.Unmap(below);
            below = Map(low).Token;
            Assert.True(_segments[0].Address.Value < Border);
            high.Unmap(again);
            Assert.Equal(i + 1, low.LiveMappings);
        }
    }

    [Fact]
    public void What_ended_is_used_before_another_table_is()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(Border, 4 * InTable);
        var at = new List<ulong>();
        var tokens = new List<MappingToken>();
        for (int i = 0; i < InTable; i++)
        {
            tokens.Add(Map(mapper).Token);
            at.Add(_segments[0].Address.Value);
        }

        long tables = domain.TableBytes;
        foreach (int count in new[] { 1, 2, 3, 20 })
        {
            // The first of all last, so that it comes first.
            foreach (MappingToken token in tokens.Take(count).Reverse()) mapper.Unmap(token);
            var again = new List<ulong>();
            for (int i = 0; i < count; i++)
            {
                tokens[i] = Map(mapper).Token;
                again.Add(_segments[0].Address.Value);
            }

            Assert.Equal(at.Take(count).Order(), again.Order());
            Assert.Equal(tables, domain.TableBytes);
        }

        Map(mapper);
        Assert.Equal(tables + Page, domain.TableBytes);
    }

    [Fact]
    public void Of_the_tables_of_small_mappings_that_ended_some_are_kept_for_the_next()
    {
        const int Tables = 60;
        (IommuDomain domain, IommuMapper mapper) = Domain(Border, 64 * InTable);
        long start = domain.TableBytes;
        ulong free = domain.FreeIovaBytes;
        MappingToken[] tokens = [.. Enumerable.Range(0, 2 * Tables).Select(_ => Map(mapper, InTable / 2).Token)];
        long full = domain.TableBytes;
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal(free, domain.FreeIovaBytes);

        // 64 blocks are kept, the first 56 and the last 8; and of the 28 tables that the others were in, 16.
        Assert.Equal(full - (12 * Page), domain.TableBytes);

        // A table that is kept for small mappings is no place for a large one.
        MapResult large = mapper.Map(new PfnView([new Pfn(7)], PageSize.Size2M), DmaDirection.ToDevice, _segments);
        Assert.Equal(new ReachablePage(_segments[0].Address.Value, 7ul << 21, 2 << 20, true, false), Assert.Single(KnownFormat.Default.Walker.List(_memory, domain.RootTable)));
        mapper.Unmap(large.Token);
        domain.Trim();
        Assert.Equal((start, free), (domain.TableBytes, domain.LargestFreeIovaBytes));
    }

    [Fact]
    public void So_few_large_blocks_are_kept_that_the_table_above_the_others_goes()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(Border, 2 << 18);
        long start = domain.TableBytes;
        List<MappingToken> lower = [], upper = [];
        for (int i = 0; i < InTable + 5; i++)
        {
            MappingToken token = mapper.Map(new PfnView([new Pfn(7)], PageSize.Size2M), DmaDirection.ToDevice, _segments).Token;
            (_segments[0].Address.Value < Border + (1 << 30) ? lower : upper).Add(token);
        }

        Assert.Equal((InTable, 5, start + (2 * Page)), (lower.Count, upper.Count, domain.TableBytes));

        // Four are kept: the first three that ended and the last, all in the upper gigabyte.
        foreach (MappingToken token in upper.Take(4).Concat(lower).Append(upper[4])) mapper.Unmap(token);
        Assert.Equal((2ul << 30, start + Page), (domain.FreeIovaBytes, domain.TableBytes));
        domain.Trim();
        Assert.Equal((2ul << 30, start), (domain.LargestFreeIovaBytes, domain.TableBytes));
    }

    [Fact]
    public void The_slot_of_a_block_that_was_given_back_is_used_again_and_no_token_is()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(Border, 4 * InTable);
        var tokens = new HashSet<MappingToken>();
        for (int round = 0; round < 30; round++)
        {
            MappingToken token = Map(mapper).Token;
            Assert.True(tokens.Add(token));
            mapper.Unmap(token);
            domain.Trim();
        }

        // As many as are cut out of a table at once.
        Assert.InRange(tokens.Select(static token => token.Slot).Distinct().Count(), 1, 8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(600)]
    public void Each_mapper_counts_its_own_live_mappings_and_no_slot_beyond_names_one(int count)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(Border, 4 * InTable);
        var other = new IommuMapper(new DmaDevice("other", new RequesterId(2)), domain);
        MappingToken[] tokens = [.. Enumerable.Range(0, count).Select(_ => Map(mapper).Token)];
        Assert.Equal((count, 0, count), (mapper.LiveMappings, other.LiveMappings, domain.LiveMappings));

        foreach (int slot in new[] { 256, 257, 264, 512, 608, 1024 })
        {
            var forged = new MappingToken(tokens[0].Owner, (slot << 6) | (tokens[0].Slot & 63), 1);
            if (!tokens.Contains(forged)) Assert.Throws<ArgumentException>("token", () => mapper.Unmap(forged));
        }

        mapper.Unmap(tokens[0]);
        Assert.Equal((count - 1, 0, count - 1), (mapper.LiveMappings, other.LiveMappings, domain.LiveMappings));
        foreach (MappingToken token in tokens.Skip(1)) mapper.Unmap(token);
        Assert.Equal((0, 0, 0), (mapper.LiveMappings, other.LiveMappings, domain.LiveMappings));
    }

    private MapResult Map(IommuMapper mapper, int pages = 1)
    {
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x100, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result;
    }

    private (IommuDomain Domain, IommuMapper Mapper) Domain(ulong first, int pages)
    {
        var aperture = new DmaWindow(new DmaAddress(first), new DmaAddress(first + (ulong)(pages * Page) - 1));
        var domain = new IommuDomain(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory), aperture);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain));
    }
}
