using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a device's access asks of the memory: never what the device may not reach, and of RAM, where it is long, no more often than it must.</summary>
public class AskedMemoryTests
{
    private const ulong Start = 1 << 20;
    private const int Page = 4096;
    private const int Stretch = 2 << 20;
    private const int Length = 5 << 20;

    private static readonly DmaDevice Device = new("asking", new RequesterId(1));

    [Theory]
    [InlineData(MemoryKind.PageBacked, 10_000)]
    [InlineData(MemoryKind.Protected, 10_000)]
    [InlineData(MemoryKind.Protected, 40_000)]
    [InlineData(MemoryKind.Mmio, 10_000)]
    [InlineData(MemoryKind.Mmio, 40_000)]
    public void A_short_access_and_one_to_device_memory_ask_for_what_they_move(MemoryKind kind, int length)
    {
        const int From = 1000;
        List<(ulong At, long Length)> moved = [(Start + From, Page - From)];
        for (int at = Page; at < From + length; at += Page) moved.Add((Start + (ulong)at, Math.Min(Page, From + length - at)));
        AskedMemory memory = Memory(kind, ulong.MaxValue);
        var port = BusPort.Direct(Device, memory);
        Assert.True(port.TryRead(new DmaAddress(Start + From), new byte[length], out _));
        Assert.Equal(moved, memory.Asked);
        memory.Asked.Clear();
        Assert.True(port.TryWrite(new DmaAddress(Start + From), new byte[length], out _));
        Assert.Equal(moved, memory.Asked);
    }

    [Theory]
    [InlineData((8 * Page) - 1, 8)]
    [InlineData(8 * Page, 1)]
    public void An_access_is_long_from_8_pages_on(int length, int asked)
    {
        AskedMemory memory = Memory(MemoryKind.PageBacked, ulong.MaxValue);
        var port = BusPort.Direct(Device, memory);
        Assert.True(port.TryRead(new DmaAddress(Start), new byte[length], out _));
        Assert.Equal(asked, memory.Asked.Count);
        Assert.True(port.TryWrite(new DmaAddress(Start), new byte[length], out _));
        Assert.Equal(2 * asked, memory.Asked.Count);
    }

    [Fact]
    public void A_long_access_asks_once_for_the_2_MiB_around_it()
    {
        // From the middle of the region's first 2 MiB to near the end of its last one.
        var from = new PhysicalAddress(Start + (1 << 20) + 100);
        byte[] bytes = new byte[(4 << 20) - 300], seen = new byte[bytes.Length];
        for (int i = 0; i < bytes.Length; i += 61) bytes[i] = (byte)(i >> 6);
        (ulong, long)[] around = [(Start, Stretch), (Start + Stretch, Stretch), (Start + (2 * Stretch), Length - (2 * Stretch))];

        AskedMemory memory = Memory(MemoryKind.PageBacked, ulong.MaxValue);
        var port = BusPort.Direct(Device, memory);
        Assert.True(port.TryWrite(new DmaAddress(from.Value), bytes, out _));
        Assert.Equal(around, memory.Asked);
        Assert.Equal(1, memory.Regions);
        memory.Read(from, seen);
        Assert.True(seen.AsSpan().SequenceEqual(bytes));

        memory.Asked.Clear();
        seen.AsSpan().Clear();
        Assert.True(port.TryRead(new DmaAddress(from.Value), seen, out _));
        Assert.Equal(around, memory.Asked);
        Assert.True(seen.AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public void Where_little_lies_together_a_long_access_asks_once_in_vain()
    {
        const ulong Block = 64 << 10, From = Start + (1 << 20) + 100;
        AskedMemory memory = Memory(MemoryKind.PageBacked, Block);
        byte[] seen = new byte[200 << 10];
        memory.Fill(new PhysicalAddress(From), seen.Length, 0x55);
        memory.Asked.Clear();
        Assert.True(BusPort.Direct(Device, memory).TryRead(new DmaAddress(From), seen, out _));
        ulong blocks = Start + (1 << 20);
        Assert.Equal([(Start, Stretch), (From, Stretch), (blocks + Block, Stretch), (blocks + (2 * Block), Stretch), (blocks + (3 * Block), Stretch)], memory.Asked);
        Assert.False(seen.AsSpan().ContainsAnyExcept((byte)0x55));
    }

    [Theory]
    [InlineData(0x1800, 0x400, 0x2000)]
    [InlineData((3 << 20) + 0x800, (3 << 20) - 100_000, 150_000)]
    public void Protected_memory_that_begins_within_a_page_is_not_reached(int border, int from, int length)
    {
        var port = BusPort.Direct(new DmaDevice("stranger", new RequesterId(2)) { IsTrusted = false }, new BorderedMemory(border));
        byte[] seen = new byte[length];
        Assert.False(port.TryRead(new DmaAddress((ulong)from), seen, out DmaFault fault));
        Assert.Equal((FaultReason.Protected, (ulong)border), (fault.Reason, fault.Address.Value));
        Assert.False(seen.AsSpan(0, border - from).ContainsAnyExcept(BorderedMemory.Content));
        Assert.False(seen.AsSpan(border - from).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Memory_below_what_was_reached_last_is_asked_about()
    {
        var machine = new EmulatedMachine(new MemoryRegion(default, 64 << 10, MemoryKind.Protected), new MemoryRegion(new PhysicalAddress(Start), 16 << 20, MemoryKind.PageBacked));
        var iommu = new EmulatedIommu(machine);
        var domain = new IommuDomain(machine, machine.Frames, iommu);
        var segments = new DmaSegment[1];
        Assert.True(new IommuMapper(Device, domain).Map(new PfnView([new Pfn(0x200), new Pfn(5)], PageSize.Size4K), DmaDirection.ToDevice, segments).IsMapped);

        // The device that is there does not have the trust of the one that it was mapped for.
        BusPort port = iommu.Connect(new DmaDevice("stranger", Device.Requester) { IsTrusted = false }, domain);
        Assert.False(port.TryRead(segments[0].Address, new byte[2 * Page], out DmaFault fault));
        Assert.Equal((FaultReason.Protected, segments[0].Address + Page), (fault.Reason, fault.Address));
    }

    private static AskedMemory Memory(MemoryKind kind, ulong block) => new(new EmulatedMachine(new MemoryRegion(new PhysicalAddress(Start), Length, kind))) { Block = block };

    /// <summary>RAM up to a border, and protected memory behind it, all in one array.</summary>
    private sealed class BorderedMemory : IPhysicalMemory
    {
        internal const byte Content = 0x77;

        private readonly int _border;
        private readonly byte[] _bytes;

        internal BorderedMemory(int border)
        {
            _border = border;
            _bytes = new byte[border + (64 << 10)];
            _bytes.AsSpan().Fill(Content);
        }

        public MemoryRegion RegionAt(PhysicalAddress address)
        {
            if (address.Value < (ulong)_border) return new MemoryRegion(default, _border, MemoryKind.PageBacked);
            if (address.Value < (ulong)_bytes.Length) return new MemoryRegion(new PhysicalAddress((ulong)_border), _bytes.Length - _border, MemoryKind.Protected);
            return new MemoryRegion(new PhysicalAddress((ulong)_bytes.Length), long.MaxValue, MemoryKind.Absent);
        }

        public Span<byte> Access(PhysicalAddress address, long length)
        {
            int at = (int)address.Value;
            return _bytes.AsSpan(at, (int)Math.Min(length, _bytes.Length - at));
        }
    }
}
