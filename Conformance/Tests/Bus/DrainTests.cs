using System;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What waits for an access that is under way, and what does not: the access is held inside the memory.</summary>
public sealed class DrainTests : IDisposable
{
    private const ulong Home = 0x100;
    private const int Pages = 32;
    private const int HeldPage = 3;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(16 << 20);
    private readonly HeldMemory _memory;
    private readonly EmulatedIommu _iommu;
    private readonly IommuDomain _domain, _other;
    private readonly DmaDevice _device = new("held", new RequesterId(1)), _second = new("second", new RequesterId(2)), _third = new("third", new RequesterId(3));
    private readonly BusPort _port;
    private readonly DmaAddress _at;

    public DrainTests()
    {
        _memory = new HeldMemory(_machine);
        _iommu = new EmulatedIommu(_memory);
        _domain = new IommuDomain(_machine, _machine.Frames, _iommu);
        _other = new IommuDomain(_machine, _machine.Frames, _iommu);
        _port = _iommu.Connect(_device, _domain);
        _iommu.Connect(_second, _domain);
        _iommu.Connect(_third, _other);
        var segments = new DmaSegment[1];
        Assert.True(new IommuMapper(_device, _domain).Map(new PfnView(Given.Frames(Home, Pages), PageSize.Size4K), DmaDirection.Bidirectional, segments).IsMapped);
        _at = segments[0].Address;
    }

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(HeldPage, 1)]
    [InlineData(HeldPage - 1, 2)]
    [InlineData(0, Pages)]
    [InlineData(0, 1 << 20)]
    public async Task An_invalidation_waits_for_an_access_to_its_range(int page, long pages)
        => Assert.True(await Waits(() => _iommu.Invalidate(_domain.Number, _at + (page * 4096L), pages * 4096)));

    [Fact]
    public async Task An_invalidation_of_the_whole_domain_waits_for_an_access()
        => Assert.True(await Waits(() => _iommu.Invalidate(_domain.Number, default, long.MaxValue)));

    [Theory]
    [InlineData(1)]
    [InlineData(Pages)]
    public async Task An_invalidation_waits_for_a_walk_to_its_range(long pages)
        => Assert.True(await Waits(() => _iommu.Invalidate(_domain.Number, _at + (HeldPage * 4096), pages * 4096), _domain.RootTable.FrameOf(PageSize.Size4K)));

    [Theory]
    [InlineData(HeldPage + 1, 1)]
    [InlineData(HeldPage + 16, 1)]
    [InlineData(HeldPage + 1, Pages - HeldPage - 1)]
    [InlineData(0, HeldPage)]
    [InlineData(HeldPage - 40, 40)]
    public async Task An_invalidation_of_other_pages_does_not_wait(int page, long pages)
        => Assert.False(await Waits(() => _iommu.Invalidate(_domain.Number, _at + (page * 4096L), pages * 4096)));

    [Fact]
    public async Task An_invalidation_of_another_domain_does_not_wait()
        => Assert.False(await Waits(() => _iommu.Invalidate(_other.Number, default, long.MaxValue)));

    [Fact]
    public async Task An_invalidation_of_a_domain_that_there_is_not_does_not_wait()
        => Assert.False(await Waits(() => _iommu.Invalidate(0, default, long.MaxValue)));

    [Fact]
    public async Task Disconnecting_waits_for_the_accesses_of_the_device()
        => Assert.True(await Waits(() => _iommu.Disconnect(_device)));

    [Fact]
    public async Task Disconnecting_does_not_wait_for_another_device_of_the_domain()
        => Assert.False(await Waits(() => _iommu.Disconnect(_second)));

    [Fact]
    public async Task Blocking_waits_for_the_accesses_of_the_domain()
        => Assert.True(await Waits(() => _iommu.Block(_domain.Number)));

    [Fact]
    public async Task Blocking_waits_for_a_device_that_is_being_disconnected()
    {
        Task disconnect = Task.CompletedTask;
        Assert.True(await Waits(() =>
        {
            disconnect = Task.Run(() => _iommu.Disconnect(_device), TestContext.Current.CancellationToken);
            _iommu.Block(_domain.Number);
        }));
        await disconnect;
    }

    [Fact]
    public async Task Blocking_another_domain_does_not_wait()
        => Assert.False(await Waits(() => _iommu.Block(_other.Number)));

    [Fact]
    public void A_domain_that_tells_another_iommu_what_to_forget_is_refused()
    {
        var elsewhere = new EmulatedIommu(_machine);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => elsewhere.Connect(_device, _domain));
        Assert.Contains("another IOMMU", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_memory_that_throws_leaves_no_lock()
    {
        var throwing = new ThrowingMemory(_machine);
        var iommu = new EmulatedIommu(throwing);
        var domain = new IommuDomain(_machine, _machine.Frames, iommu);
        BusPort port = iommu.Connect(_device, domain);
        var segments = new DmaSegment[1];
        Assert.True(new IommuMapper(_device, domain).Map(new PfnView(Given.Frames(Home, 16), PageSize.Size4K), DmaDirection.ToDevice, segments).IsMapped);
        DmaAddress at = segments[0].Address;
        throwing.Frame = Home;
        Assert.Throws<NotSupportedException>(() => port.TryRead(at, new byte[16 * 4096], out _));
        throwing.Frame = ulong.MaxValue;
        await Task.Run(() => iommu.Invalidate(domain.Number, default, long.MaxValue), TestContext.Current.CancellationToken);
        Assert.True(port.TryRead(at, new byte[16 * 4096], out _));
    }

    [Fact]
    public async Task A_long_access_uses_no_table_that_it_was_told_to_forget()
    {
        // The access is at page 3 of 32, and knows the table of all of them.
        byte[] seen = new byte[Pages * 4096];
        _machine.Fill(new Pfn(0x400).ToAddress(PageSize.Size4K), 4096, 0x44);
        _memory.Hold(new Pfn(Home + HeldPage));
        Task<bool> access = Task.Run(() => _port.TryRead(_at, seen, out _), TestContext.Current.CancellationToken);
        _memory.Arrive();

        // The driver puts another table in its place, in which page 5 is elsewhere. Only page 5 has changed, and only that is invalidated.
        PhysicalAddress link = EntryAt(_at.Value, level: 1);
        PhysicalAddress old = new(Word(link) & ~4095ul), fresh = new Pfn(0x300).ToAddress(PageSize.Size4K);
        byte[] table = new byte[4096];
        _machine.Read(old, table);
        _machine.Write(fresh, table);
        Assert.Equal(((Home + 5) << 12) | 3, Word(fresh + IndexOf(5)));
        _machine.Write(fresh + IndexOf(5), BitConverter.GetBytes((0x400ul << 12) | 3));
        _machine.Write(link, BitConverter.GetBytes(fresh.Value | 3));
        _iommu.Invalidate(_domain.Number, _at + (5 * 4096), 4096);
        _memory.LetGo();
        Assert.True(await access);
        Assert.Equal(0x44, seen[5 * 4096]);
        Assert.Equal(0, seen[6 * 4096]);
    }

    private static PhysicalAddress Next(ulong word) => new(word & 0x000F_FFFF_FFFF_F000);

    private long IndexOf(int page) => (long)(((_at.Value >> 12) + (ulong)page) & 511) * 8;

    private PhysicalAddress EntryAt(ulong iova, int level)
    {
        PhysicalAddress table = _domain.RootTable;
        for (int above = 3; ; above--)
        {
            PhysicalAddress entry = table + ((long)((iova >> (12 + (9 * above))) & 511) * 8);
            if (above == level) return entry;
            table = Next(Word(entry));
        }
    }

    private ulong Word(PhysicalAddress at)
    {
        byte[] bytes = new byte[8];
        _machine.Read(at, bytes);
        return BitConverter.ToUInt64(bytes);
    }

    /// <summary>Whether an action waits for an access to the held page, held at its frame unless said; it ends in any case when the access does.</summary>
    private async Task<bool> Waits(Action action, Pfn? frame = null)
    {
        _memory.Hold(frame ?? new Pfn(Home + HeldPage));
        Task<bool> access = Task.Run(() => _port.TryRead(_at + (HeldPage * 4096), new byte[1], out _), TestContext.Current.CancellationToken);
        _memory.Arrive();
        Task waiting = Task.Run(action, TestContext.Current.CancellationToken);
        bool waits = await Task.WhenAny(waiting, Task.Delay(200, TestContext.Current.CancellationToken)) != waiting;
        if (!waits) await waiting;
        Assert.False(access.IsCompleted);
        _memory.LetGo();
        Assert.True(await access);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return waits;
    }

    private sealed class ThrowingMemory(IPhysicalMemory memory) : IPhysicalMemory
    {
        internal ulong Frame { get; set; } = ulong.MaxValue;

        public MemoryRegion RegionAt(PhysicalAddress address) => memory.RegionAt(address);

        public Span<byte> Access(PhysicalAddress address, long length)
            => Frame - (address.Value >> 12) <= (ulong)(length - 1) >> 12 ? throw new NotSupportedException() : memory.Access(address, length);
    }
}
