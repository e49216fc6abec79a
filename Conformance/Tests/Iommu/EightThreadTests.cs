using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Eight threads map views of random sizes and unmap what others mapped, while a device reads each of them.</summary>
public class EightThreadTests
{
    private const int Frames = 16384;
    private const int Rounds = 400;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Every_page_read_is_the_one_that_was_mapped_and_all_comes_back(bool lazy, bool tight)
    {
        (string? wrong, long left) = await Run(lazy, tight, iommu => iommu);
        Assert.Null(wrong);
        Assert.Equal(0, left);
    }

    [Fact]
    public async Task Without_invalidations_wrong_pages_are_read()
    {
        (string? wrong, _) = await Run(false, true, iommu => new ForgetsInvalidations(iommu, all: true));
        Assert.NotNull(wrong);
    }

    private static async Task<(string? Wrong, long Left)> Run(bool lazy, bool tight, Func<EmulatedIommu, IIotlbInvalidation> hardware)
    {
        // Every frame holds its own number.
        var machine = EmulatedMachine.WithRam(Frames * 4096L);
        for (ulong frame = 0; frame < Frames; frame++) machine.Write(new Pfn(frame).ToAddress(PageSize.Size4K), BitConverter.GetBytes(frame));
        var memory = new TwoMemories(machine, RigMemory.Create());
        var iommu = new EmulatedIommu(memory);
        var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 8 << 20);
        var options = new IommuDomainOptions
        {
            Lazy = lazy ? new LazyInvalidation() : null,
            Aperture = tight ? new DmaWindow(new DmaAddress(0xFFFF_0000), new DmaAddress(0x1_0FFF_FFFF)) : default,
        };
        var domain = new IommuDomain(memory, tables, hardware(iommu), options);
        domain.Trim();
        (long trunk, ulong free, ulong largest) = (domain.TableBytes, domain.FreeIovaBytes, domain.LargestFreeIovaBytes);
        var device = new DmaDevice("reader", new RequesterId(1));
        BusPort port = iommu.Connect(device, domain);
        var mapper = new IommuMapper(device, domain);
        var live = new ConcurrentBag<MappingToken>();
        string? wrong = null;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Factory.StartNew(
            () =>
            {
                if (Drive(mapper, port, live, thread) is { } seen) Volatile.Write(ref wrong, seen);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        foreach (MappingToken token in live) mapper.Unmap(token);
        domain.Trim();
        if (wrong is null) Assert.Equal((trunk, free, largest, 0), (domain.TableBytes, domain.FreeIovaBytes, domain.LargestFreeIovaBytes, domain.LiveMappings));
        domain.Dispose();
        return (wrong, tables.TotalFrames - tables.FreeFrames);
    }

    private static string? Drive(IommuMapper mapper, BusPort port, ConcurrentBag<MappingToken> live, int thread)
    {
        var random = new Random(thread);
        var segments = new DmaSegment[1];
        byte[] seen = new byte[8];
        var frames = new Pfn[1500];
        for (int round = 0; round < Rounds; round++)
        {
            int count = random.Next(4) switch { 0 => random.Next(1, 1500), 1 => random.Next(1, 100), _ => random.Next(1, 5) };
            ulong first = (ulong)random.Next(Frames - 1500);
            for (int i = 0; i < count; i++) frames[i] = new Pfn(random.Next(3) == 0 ? (ulong)random.Next(Frames) : first + (ulong)i);
            MapResult result = mapper.Map(new PfnView(frames.AsSpan(0, count), PageSize.Size4K), DmaDirection.ToDevice, segments);
            if (!result.IsMapped) return result.ToString();
            string? wrong = null;
            for (int look = 0; look < 8; look++)
            {
                int page = random.Next(count);
                if (!port.TryRead(segments[0].Address + (page * 4096L), seen, out DmaFault fault)) wrong = fault.ToString();
                else if (MemoryMarshal.Read<ulong>(seen) != frames[page].Value) wrong = $"page {page} of {count} is {MemoryMarshal.Read<ulong>(seen):x}, not {frames[page].Value:x}";
            }

            live.Add(result.Token);
            if (wrong is not null) return wrong;

            // Another one's as often as an own one.
            if (live.Count > 20 && live.TryTake(out MappingToken token)) mapper.Unmap(token);
        }

        return null;
    }

    /// <summary>RAM below 64 MiB, and what a rig has above.</summary>
    private sealed class TwoMemories(IPhysicalMemory low, IPhysicalMemory high) : IPhysicalMemory
    {
        public MemoryRegion RegionAt(PhysicalAddress address) => Of(address).RegionAt(address);

        public Span<byte> Access(PhysicalAddress address, long length) => Of(address).Access(address, length);

        private IPhysicalMemory Of(PhysicalAddress address) => address.Value < Frames * 4096ul ? low : high;
    }
}
