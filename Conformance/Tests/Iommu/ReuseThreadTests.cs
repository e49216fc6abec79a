using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Four threads in a small IOVA space, whose every page comes back soon.</summary>
public class ReuseThreadTests
{
    private const int Pages = 2048;
    private const ulong Base = 1ul << 40;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_page_is_handed_out_before_an_invalidation_that_began_after_its_unmapping(bool lazy) => Assert.Null(await Run(lazy, inner => inner));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_dropped_invalidation_in_ten_is_seen(bool lazy) => Assert.NotNull(await Run(lazy, spy => new DropsOneInTen(spy)));

    private static async Task<string?> Run(bool lazy, Func<IIotlbInvalidation, IIotlbInvalidation> between)
    {
        SparseMemory memory = RigMemory.Create();
        var spy = new ReuseSpy(new EmulatedIommu(memory), Base >> 12, Pages);
        var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 256 * 4096L);
        var aperture = new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (Pages * 4096ul) - 1));
        var options = new IommuDomainOptions { Aperture = aperture, Lazy = lazy ? new LazyInvalidation { MostPending = 20, Window = TimeSpan.FromMilliseconds(1) } : null };
        var domain = new IommuDomain(memory, tables, between(spy), options);
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() => Drive(mapper, spy, thread), TestContext.Current.CancellationToken)));
        Assert.Equal(0, domain.LiveMappings);
        domain.Trim();
        Assert.Equal(Pages * 4096ul, domain.LargestFreeIovaBytes);
        domain.Dispose();
        Assert.Equal(256, tables.FreeFrames);
        return spy.Wrong;
    }

    private static void Drive(IommuMapper mapper, ReuseSpy spy, int thread)
    {
        var random = new Random(thread);
        var live = new List<(MappingToken Token, DmaAddress Start, int Count)>();
        var segments = new DmaSegment[1];
        Pfn[] frames = Given.Frames(0x10000, 600, 2);
        for (int round = 0; round < 3000 && spy.Wrong is null; round++)
        {
            int count = random.Next(20) == 0 ? random.Next(100, 600) : random.Next(1, 9);
            MapResult result = mapper.Map(new PfnView(frames.AsSpan(0, count), PageSize.Size4K), DmaDirection.ToDevice, segments);
            if (result.IsMapped)
            {
                spy.Given(segments[0].Address, count);
                live.Add((result.Token, segments[0].Address, count));
            }

            while (live.Count > 0 && (!result.IsMapped || random.Next(20) < live.Count))
            {
                int which = random.Next(live.Count);
                spy.Ending(live[which].Start, live[which].Count);
                mapper.Unmap(live[which].Token);
                live.RemoveAt(which);
                if (!result.IsMapped) break;
            }
        }

        foreach ((MappingToken token, DmaAddress start, int count) in live)
        {
            spy.Ending(start, count);
            mapper.Unmap(token);
        }
    }

    private sealed class DropsOneInTen(IIotlbInvalidation inner) : IIotlbInvalidation
    {
        private int _count;

        public void Invalidate(int domain, DmaAddress first, long length)
        {
            if (Interlocked.Increment(ref _count) % 10 != 0) inner.Invalidate(domain, first, length);
        }

        public void Block(int domain) => inner.Block(domain);
    }
}
