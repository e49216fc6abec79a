using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>An access of many pages remembers what it reached; nobody but the clock may see that.</summary>
public sealed class LongAccessTests
{
    private const int Page = 4096;

    private static readonly DmaDevice Device = new("device", new RequesterId(1));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(511)]
    public void What_no_device_reaches_is_not_committed(int firstPage)
    {
        var start = new PhysicalAddress((ulong)firstPage * Page);
        var machine = new EmulatedMachine(new MemoryRegion(start, 8 << 20, MemoryKind.PageBacked));
        BusPort port = BusPort.Direct(Device, machine);
        Assert.True(port.TryRead(new DmaAddress(start.Value + (2 << 20)), new byte[64 * Page], out _));
        Assert.Equal(2 << 20, machine.CommittedBytes);
    }

    [Fact]
    public void A_long_access_does_what_short_ones_do()
    {
        var random = new Random(1);
        for (int round = 0; round < 6; round++)
        {
            EmulatedMachine machine = Mixed(random, out ulong first, out int length);
            BusPort port = BusPort.Direct(Device, machine);
            for (int i = 0; i < 3; i++)
            {
                int from = random.Next(length);
                byte[] together = new byte[random.Next(8 * Page, 600 * Page)], apart = new byte[together.Length];
                var address = new DmaAddress(first + (ulong)from);
                bool all = port.TryRead(address, together, out DmaFault fault);
                DmaFault other = default;
                for (int at = 0; at < apart.Length && other.Reason == FaultReason.None; at += 1000) port.TryRead(address + at, apart.AsSpan(at, Math.Min(1000, apart.Length - at)), out other);
                Assert.Equal((other.Reason == FaultReason.None, other), (all, fault));
                Assert.True(apart.AsSpan().SequenceEqual(together));
            }
        }
    }

    /// <summary>Regions of all kinds and lengths one after the other, with gaps; in half of the rounds up to the last address there is.</summary>
    private static EmulatedMachine Mixed(Random random, out ulong first, out int length)
    {
        var regions = new List<MemoryRegion>();
        length = 1000 * Page;
        first = random.Next(2) == 0 ? 0 - (ulong)length : (ulong)random.Next(2000) * Page;
        for (int at = 0; at < length;)
        {
            int bytes = Math.Min(length - at, random.Next(1, 600) * Page);
            int kind = random.Next(6);
            if (kind > 0) regions.Add(new MemoryRegion(new PhysicalAddress(first + (ulong)at), bytes, kind == 1 ? MemoryKind.Mmio : kind == 2 ? MemoryKind.Protected : MemoryKind.PageBacked));
            at += bytes;
        }

        var machine = new EmulatedMachine([.. regions]);
        foreach (MemoryRegion region in regions)
        {
            for (long at = 0; at < region.Length; at += Page) random.NextBytes(machine.Access(region.Start + at, 64));
        }

        return machine;
    }
}
