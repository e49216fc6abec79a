using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device reads without end while its driver maps and unmaps; what a frame holds after it was unmapped is never seen.</summary>
public class StaleReadTests
{
    private const int Rounds = 1500;
    private const byte Mapped = 0x11;
    private const byte Freed = 0xEE;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(16, 1)]
    [InlineData(512, 1)]
    public async Task Nothing_is_read_from_a_frame_after_its_invalidation(int pages, int step)
        => Assert.False(await SeesFreed(pages, step, iommu => iommu));

    [Fact]
    public async Task Without_invalidations_it_is_seen()
        => Assert.True(await SeesFreed(4, 2, iommu => new ForgetsInvalidations(iommu, all: true)));

    private static async Task<bool> SeesFreed(int pages, int step, Func<EmulatedIommu, IIotlbInvalidation> hardware)
    {
        var machine = EmulatedMachine.WithRam(64 << 20);
        var iommu = new EmulatedIommu(machine);

        // Room for one mapping, so that every one gets the same addresses.
        const ulong Base = 1ul << 32;
        var aperture = new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + ((ulong)pages * 4096) - 1));
        var domain = new IommuDomain(machine, machine.Frames, hardware(iommu), aperture);
        var device = new DmaDevice("reader", new RequesterId(1));
        var mapper = new IommuMapper(device, domain);
        BusPort port = iommu.Connect(device, domain);
        Pfn[] frames = Given.Frames(0x3000, pages, step);
        var segments = new DmaSegment[1];
        PfnView view = new(frames, PageSize.Size4K);
        mapper.Unmap(Fill(Mapped).Map(view, DmaDirection.ToDevice, segments).Token);
        DmaAddress at = segments[0].Address;

        bool stop = false;
        int passes = 0;
        Task<bool> reading = Task.Run(
            () =>
            {
                byte[] seen = new byte[pages * 4096];
                while (!Volatile.Read(ref stop))
                {
                    seen.AsSpan().Clear();
                    port.TryRead(at, seen, out _);
                    if (seen.AsSpan().Contains(Freed)) return true;
                    Interlocked.Increment(ref passes);
                }

                return false;
            },
            TestContext.Current.CancellationToken);
        for (int round = 0; round < Rounds && !reading.IsCompleted; round++)
        {
            MapResult result = Fill(Mapped).Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, segments);
            Assert.Equal(at, segments[0].Address);
            Thread.SpinWait(round % 7 * 100);
            if (round % 64 == 0) Pass();
            mapper.Unmap(result.Token);
            Fill(Freed);
            Thread.SpinWait(round % 5 * 100);
            if (round % 64 == 0) Pass();
        }

        Volatile.Write(ref stop, true);
        return await reading;

        // Waits until the device has read all of it once more.
        void Pass()
        {
            int now = Volatile.Read(ref passes);
            SpinWait.SpinUntil(() => reading.IsCompleted || Volatile.Read(ref passes) - now >= 2);
        }

        IommuMapper Fill(byte value)
        {
            foreach (Pfn frame in frames) machine.Access(frame.ToAddress(PageSize.Size4K), 4096).Slice(0, pages > 16 ? 64 : 4096).Fill(value);
            return mapper;
        }
    }
}
