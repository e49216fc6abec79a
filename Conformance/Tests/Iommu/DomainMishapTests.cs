using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a domain makes of calls that come in the middle of its own, and of hardware that throws, which it must not.</summary>
public class DomainMishapTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    [Fact]
    public void A_span_that_came_to_be_needed_no_more_is_given_back()
    {
        var memory = new CallingMemory(_machine);
        using var domain = new IommuDomain(memory, _machine.Frames, new Quiet(), new DmaWindow(new DmaAddress(4 << 20), new DmaAddress((8 << 20) - 1)));
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        Assert.Equal(4ul << 20, domain.LargestFreeIovaBytes);
        var tokens = new List<MappingToken>();
        for (int i = 0; i < 512; i++) tokens.Add(Map(mapper));

        // The first span is full. While the second is linked, a granule of the first comes free, and serves.
        memory.Once = () => mapper.Unmap(tokens[0]);
        MappingToken another = Map(mapper);
        tokens[0] = another;
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal(4ul << 20, domain.LargestFreeIovaBytes);
        Pfn[] all = Given.Frames(0x100, 1024);
        MapResult mapped = mapper.Map(new PfnView(all, PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.True(mapped.IsMapped);
        mapper.Unmap(mapped.Token);
    }

    [Fact]
    public void A_disposal_that_hardware_throws_at_is_as_if_it_had_not_been()
    {
        long frames = _machine.Frames.FreeFrames;
        var hardware = new Quiet();
        var domain = new IommuDomain(_machine, _machine.Frames, hardware);
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        hardware.Throws = true;
        Assert.Throws<NotSupportedException>(domain.Dispose);
        hardware.Throws = false;
        mapper.Unmap(Map(mapper));
        domain.Dispose();
        Assert.Equal(frames, _machine.Frames.FreeFrames);
    }

    [Fact]
    public void What_hardware_may_still_know_is_no_place_for_another_link()
    {
        var hardware = new Quiet();
        using var domain = new IommuDomain(_machine, _machine.Frames, hardware);
        IReservingMapper mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        IovaReservation room = mapper.Reserve(8192).Reservation;
        Pfn[] frames = Given.Frames(0x100, 1);
        mapper.Link(room, 0, new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None);
        hardware.Throws = true;
        Assert.Throws<NotSupportedException>(() => mapper.Unlink(room, 0, 4096));
        hardware.Throws = false;
        Assert.Throws<ArgumentException>(() => { mapper.Link(room, 0, new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, MapOptions.None); });
        mapper.Release(room);
    }

    [Fact]
    public void A_timer_at_whose_invalidation_hardware_throws_tries_again()
    {
        var time = new ManualTime();
        var hardware = new Quiet();
        var window = TimeSpan.FromMilliseconds(10);
        var options = new IommuDomainOptions { Lazy = new LazyInvalidation { Clock = time, Window = window }, Aperture = new DmaWindow(new DmaAddress(1 << 20), new DmaAddress((1 << 20) + 4095)) };
        using var domain = new IommuDomain(_machine, _machine.Frames, hardware, options);
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        mapper.Unmap(Map(mapper));
        hardware.Throws = true;
        time.Advance(window);
        Assert.Equal(0ul, domain.FreeIovaBytes);
        hardware.Throws = false;
        time.Advance(window);
        Assert.Equal(4096ul, domain.FreeIovaBytes);
    }

    [Theory]
    [InlineData(0x40_0000, 0x7F_FFFF)]
    [InlineData(0x40_8000, 0x41_7FFF)]
    public void Memory_that_throws_while_a_table_is_linked_costs_no_address(ulong first, ulong last)
    {
        var memory = new CallingMemory(_machine);
        using var domain = new IommuDomain(memory, _machine.Frames, new Quiet(), new DmaWindow(new DmaAddress(first), new DmaAddress(last)));
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        ulong largest = domain.LargestFreeIovaBytes;
        memory.Once = static () => throw new NotSupportedException("Memory does not answer.");
        Assert.Throws<NotSupportedException>(() => { Map(mapper); });
        Assert.Equal((0, largest, last - first + 1), (domain.LiveMappings, domain.LargestFreeIovaBytes, domain.FreeIovaBytes));
        mapper.Unmap(Map(mapper));
        mapper.Unmap(Map(mapper, (int)(largest >> 12)));
    }

    [Fact]
    public async Task A_table_whose_end_hardware_throws_at_is_lost_and_no_other_is()
    {
        const ulong Base = 8ul << 30;
        const int InTable = 512;
        var hardware = new Quiet();
        using var domain = new IommuDomain(_machine, _machine.Frames, hardware, new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (8 << 20) - 1)));
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        foreach (MappingToken token in Enumerable.Range(0, 8).Select(_ => Map(mapper, InTable / 2)).ToArray()) mapper.Unmap(token);
        hardware.Throws = true;
        Assert.Throws<NotSupportedException>(domain.Trim);
        hardware.Throws = false;

        // Three of four are left, for whoever comes next.
        MappingToken[] tokens = [.. Enumerable.Range(0, 3).Select(_ => Map(mapper, InTable))];
        Assert.Equal(MapStatus.NoIovaSpace, mapper.Map(new PfnView(Given.Frames(5, InTable, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments).Status);
        foreach (MappingToken token in tokens) mapper.Unmap(token);

        // So who wants all four waits for as long as there is the domain.
        Task<ReserveResult> wait = mapper.ReserveAsync(8 << 20, TestContext.Current.CancellationToken).AsTask();
        Assert.False(wait.IsCompleted);
        domain.Dispose();
        Assert.Equal(nameof(IommuDomain), (await Assert.ThrowsAsync<ObjectDisposedException>(() => wait)).ObjectName);
    }

    [Fact]
    public void What_ends_while_the_hardware_is_told_of_another_end_is_free_when_all_are_forgotten()
    {
        const int Nested = 12;
        const ulong Base = 8ul << 30, Page = 4096;
        var hardware = new CallingHardware();
        using var domain = new IommuDomain(_machine, _machine.Frames, hardware, new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (16 * Page) - 1)));
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        MappingToken[] tokens = [.. Enumerable.Range(0, Nested).Select(_ => Map(mapper))];
        int told = 0;
        hardware.Told = () =>
        {
            if (++told < Nested) mapper.Unmap(tokens[told]);
            else Assert.Equal((0, 4 * Page), (domain.LiveMappings, domain.FreeIovaBytes));
        };
        mapper.Unmap(tokens[0]);
        hardware.Told = null;
        Assert.Equal((Nested, 16 * Page), (told, domain.FreeIovaBytes));

        var at = new List<ulong>();
        MappingToken[] again = [.. Enumerable.Range(0, 16).Select(_ =>
        {
            MappingToken token = Map(mapper);
            at.Add(_segments[0].Address.Value);
            return token;
        })];
        Assert.Equal(Enumerable.Range(0, 16).Select(page => Base + ((ulong)page * Page)), at.Order());
        foreach (MappingToken token in again) mapper.Unmap(token);
        Assert.Equal(16 * Page, domain.LargestFreeIovaBytes);
    }

    private MappingToken Map(IommuMapper mapper, int pages = 1)
    {
        MapResult result = mapper.Map(new PfnView(Given.Frames(5, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }

    private sealed class Quiet : IIotlbInvalidation
    {
        internal bool Throws { get; set; }

        public void Invalidate(int domain, DmaAddress first, long length) => Block(domain);

        public void Block(int domain)
        {
            if (Throws) throw new NotSupportedException("Hardware does not answer.");
        }
    }

    /// <summary>Memory that calls somebody at its next access.</summary>
    private sealed class CallingMemory(IPhysicalMemory memory) : IPhysicalMemory
    {
        internal Action? Once { get; set; }

        public MemoryRegion RegionAt(PhysicalAddress address) => memory.RegionAt(address);

        public Span<byte> Access(PhysicalAddress address, long length)
        {
            Action? once = Once;
            Once = null;
            once?.Invoke();
            return memory.Access(address, length);
        }
    }
}
