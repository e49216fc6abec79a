using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A thread that stands still wherever it calls memory or hardware stops no map and no unmap of another.</summary>
public class HeldThreadTests
{
    private static readonly int[] Sizes = [1, 256, 512, 4096];

    [Theory]
    [InlineData(1, false)]
    [InlineData(300, false)]
    [InlineData(700, false)]
    [InlineData(1, true)]
    [InlineData(700, true)]
    public async Task Others_map_and_unmap_while_a_thread_stands_still_at_any_call(int pages, bool lazy)
    {
        int calls = 0;
        for (bool held = true; held; calls++) held = await OthersPass(pages, lazy, calls);
        Assert.InRange(calls, 6, 200);
    }

    [Fact]
    public async Task With_a_lock_around_it_all_they_do_not()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => OthersPass(1, false, 0, new object()));
    }

    /// <summary>Whether the thread came to so many calls; throws where others did not get through meanwhile.</summary>
    private static async Task<bool> OthersPass(int pages, bool lazy, int call, object? around = null)
    {
        SparseMemory bytes = RigMemory.Create();
        using var hold = new HoldAt(call);
        var memory = new HoldingMemory(bytes, hold);
        var options = new IommuDomainOptions { Lazy = lazy ? new LazyInvalidation { Clock = new ManualTime(), MostPending = 2 } : null };
        var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 4 << 20), new HoldingHardware(new EmulatedIommu(bytes), hold), options);
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        Task slow = Task.Run(
            () =>
            {
                hold.Victim = Environment.CurrentManagedThreadId;
                for (int i = 0; i < 2; i++) MapAndUnmap(mapper, pages, around);
                domain.Trim();
                hold.Victim = 0;
            },
            TestContext.Current.CancellationToken);
        bool held = await Task.Run(() => hold.Arrived(slow), TestContext.Current.CancellationToken);
        try
        {
            Task others = Task.Run(
                () =>
                {
                    for (int round = 0; round < 3; round++)
                    {
                        foreach (int size in Sizes) MapAndUnmap(mapper, size, around);
                    }

                    domain.Trim();
                },
                TestContext.Current.CancellationToken);
            await others.WaitAsync(TimeSpan.FromSeconds(around is null ? 20 : 0.3), TestContext.Current.CancellationToken);
        }
        finally
        {
            hold.LetGo();
        }

        await slow;
        domain.Dispose();
        return held;
    }

    private static void MapAndUnmap(IommuMapper mapper, int pages, object? around)
    {
        if (around is not null) Monitor.Enter(around);
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x10000, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.True(result.IsMapped, result.ToString());
        mapper.Unmap(result.Token);
        if (around is not null) Monitor.Exit(around);
    }

    /// <summary>Holds one thread at its nth call.</summary>
    private sealed class HoldAt(int call) : IDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private int _calls;
        private volatile bool _arrived;

        internal volatile int Victim;

        public void Dispose() => _go.Dispose();

        internal void Called()
        {
            if (Environment.CurrentManagedThreadId != Victim || _calls++ != call) return;
            _arrived = true;
            _go.Wait();
        }

        internal bool Arrived(Task ends)
        {
            SpinWait.SpinUntil(() => _arrived || ends.IsCompleted);
            return _arrived;
        }

        internal void LetGo() => _go.Set();
    }

    private sealed class HoldingMemory(IPhysicalMemory inner, HoldAt hold) : IPhysicalMemory
    {
        public MemoryRegion RegionAt(PhysicalAddress address) => inner.RegionAt(address);

        public Span<byte> Access(PhysicalAddress address, long length)
        {
            hold.Called();
            return inner.Access(address, length);
        }
    }

    private sealed class HoldingHardware(IIotlbInvalidation inner, HoldAt hold) : IIotlbInvalidation
    {
        public void Invalidate(int domain, DmaAddress first, long length)
        {
            hold.Called();
            inner.Invalidate(domain, first, length);
        }

        public void Block(int domain) => inner.Block(domain);
    }
}
