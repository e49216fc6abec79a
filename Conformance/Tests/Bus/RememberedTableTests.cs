using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a long access remembers of tables: how often it walks from the root, and that it uses nothing that it was told to forget.</summary>
public class RememberedTableTests
{
    private const int Page = 4096;
    private const ulong Home = 0x1000;
    private const ulong LowEnd = 64 << 20;

    /// <summary>Tables are in the highest memory, away from what is mapped.</summary>
    private readonly EmulatedMachine _machine = new(
        new MemoryRegion(default, (long)LowEnd, MemoryKind.PageBacked),
        new MemoryRegion(new PhysicalAddress(1 << 30), 1 << 30, MemoryKind.PageBacked),
        new MemoryRegion(new PhysicalAddress(1ul << 32), 16 << 20, MemoryKind.PageBacked));

    private readonly AskedMemory _memory;
    private readonly EmulatedIommu _iommu;
    private readonly IommuDomain _domain;
    private readonly DmaDevice _device = new("device", new RequesterId(1));
    private readonly IommuMapper _mapper;
    private readonly BusPort _port;

    public RememberedTableTests()
    {
        _memory = new AskedMemory(_machine);
        _iommu = new EmulatedIommu(_memory);
        _domain = new IommuDomain(_machine, _machine.Frames, _iommu);
        _mapper = new IommuMapper(_device, _domain);
        _port = _iommu.Connect(_device, _domain);
    }

    [Fact]
    public void A_long_access_walks_from_the_root_once_in_2_MiB_however_many_there_were()
    {
        DmaAddress at = Map(_mapper, 1100);
        for (int round = 0; round < 6; round++)
        {
            _iommu.Invalidate(_domain.Number, default, long.MaxValue);
            Assert.Equal(2, RootsRead(at + (500 * Page), 40));
        }

        _iommu.Invalidate(_domain.Number, default, long.MaxValue);
        Assert.Equal(7, RootsRead(at + (500 * Page), 7));
    }

    [Fact]
    public void Four_accesses_at_once_remember_tables_and_a_fifth_does_not()
    {
        DmaAddress at = Map(_mapper, 5 * 512);
        ulong root = _domain.RootTable.Value;
        int[] roots = new int[5];
        int begun = 0, under = 0;

        // Each begins when the one before it has come to its first bytes, in an IOTLB set that no later one uses.
        _memory.Asking = address =>
        {
            if (address.Value == root) roots[under]++;
            if (address.Value >= LowEnd || begun == 4) return;
            int outer = under;
            under = ++begun;
            Access();
            under = outer;
        };
        Access();
        Assert.Equal([1, 1, 1, 1, 8], roots);

        // When they are over there is room again.
        Assert.Equal(1, RootsRead(at + (100 * Page), 8));

        void Access() => Assert.True(_port.TryRead(at + (((under * 512) + 8 + under) * Page), new byte[8 * Page], out _));
    }

    [Theory]
    [InlineData(2 << 20, 100, 1)]
    [InlineData(1 << 30, 505, 2)]
    public void A_large_page_is_remembered_too(int bytes, int page, int roots)
    {
        (Pfn frame, PageSize size) = bytes == 2 << 20 ? (new Pfn(9), PageSize.Size2M) : (new Pfn(1), PageSize.Size1G);
        DmaAddress at = Map(_mapper, new PfnView([frame], size));
        Assert.Equal(bytes, Assert.Single(KnownFormat.Default.Walker.List(_machine, _domain.RootTable)).Bytes);
        for (int i = 0; i < 16; i++) _machine.Fill(frame.ToAddress(size) + ((page + i) * Page), Page, (byte)(i + 1));
        byte[] seen = new byte[16 * Page];
        _memory.Asked.Clear();
        Assert.True(_port.TryRead(at + (page * Page), seen, out DmaFault fault), fault.ToString());
        Assert.Equal(roots, _memory.Asked.Count(one => one.At == _domain.RootTable.Value));
        for (int i = 0; i < 16; i++) Assert.False(seen.AsSpan(i * Page, Page).ContainsAnyExcept((byte)(i + 1)));
    }

    [Fact]
    public void An_access_follows_the_frames_wherever_in_a_page_it_begins()
    {
        // Frames that are mapped, and between them some that are not.
        for (int i = 0; i < 6; i++) _machine.Fill(FrameOf(0) + (i * Page), Page, (byte)(i + 1));
        DmaAddress at = Map(_mapper, 3);
        byte[] seen = new byte[9000];
        Assert.True(_port.TryRead(at + 1000, seen, out _));
        Assert.Equal([.. Enumerable.Repeat((byte)1, 3096), .. Enumerable.Repeat((byte)3, 4096), .. Enumerable.Repeat((byte)5, 1808)], seen);
        seen.AsSpan().Fill(0x55);
        Assert.True(_port.TryWrite(at + 1000, seen, out _));
        byte[] between = new byte[Page];
        for (int i = 1; i < 6; i += 2)
        {
            _machine.Read(FrameOf(0) + (i * Page), between);
            Assert.False(between.AsSpan().ContainsAnyExcept((byte)(i + 1)));
        }
    }

    [Fact]
    public async Task A_range_that_begins_in_the_2_MiB_before_is_forgotten_too()
    {
        const byte Moved = 0x44;
        CancellationToken token = TestContext.Current.CancellationToken;
        using var memory = new HeldMemory(_machine);
        var iommu = new EmulatedIommu(memory);
        var domain = new IommuDomain(_machine, _machine.Frames, iommu);
        BusPort port = iommu.Connect(_device, domain), other = iommu.Connect(new DmaDevice("other", new RequesterId(2)), domain);
        DmaAddress at = Map(new IommuMapper(_device, domain), 600), before = at + (510 * Page);
        byte[] one = new byte[1], seen = new byte[8 * Page];
        Assert.True(other.TryRead(before, one, out _));

        // The access is at the first page of 2 MiB, and knows their table.
        memory.Hold(new Pfn(Home + (2 * 512)));
        Task<bool> access = Task.Run(() => port.TryRead(at + (512 * Page), seen, out _), token);
        memory.Arrive();

        // Page 513 is elsewhere by another table, page 510 by the one that there is.
        PhysicalAddress elsewhere = new Pfn(0x900).ToAddress(PageSize.Size4K);
        _machine.Fill(elsewhere, Page, Moved);
        PhysicalAddress link = EntryAt(domain, at + (513 * Page), level: 1);
        Assert.True(_machine.Frames.TryAllocate(1, default, out Pfn frame));
        PhysicalAddress fresh = frame.ToAddress(PageSize.Size4K);
        byte[] table = new byte[Page];
        _machine.Read(new PhysicalAddress(Word(link) & ~4095ul), table);
        _machine.Write(fresh, table);
        _machine.Write(fresh + 8, BitConverter.GetBytes(elsewhere.Value | 3));
        _machine.Write(link, BitConverter.GetBytes(fresh.Value | 3));
        _machine.Write(EntryAt(domain, before, level: 0), BitConverter.GetBytes(elsewhere.Value | 3));
        Task invalidation = Task.Run(() => iommu.Invalidate(domain.Number, before, 4 * Page), token);

        // What is forgotten of tables comes first, then page 510; at page 512 the invalidation waits for the access.
        Assert.True(SpinWait.SpinUntil(() => other.TryRead(before, one, out _) && one[0] == Moved, TimeSpan.FromSeconds(30)));
        memory.LetGo();
        Assert.True(await access);
        await invalidation;
        Assert.Equal((0, Moved, 0), (seen[0], seen[Page], seen[2 * Page]));
    }

    private static PhysicalAddress FrameOf(int page) => new Pfn(Home + (2 * (ulong)page)).ToAddress(PageSize.Size4K);

    private static DmaAddress Map(IommuMapper mapper, int pages) => Map(mapper, new PfnView(Given.Frames(Home, pages, 2), PageSize.Size4K));

    private static DmaAddress Map(IommuMapper mapper, PfnView view)
    {
        var segments = new DmaSegment[1];
        Assert.True(mapper.Map(view, DmaDirection.Bidirectional, segments).IsMapped);
        Assert.True(view.Length < 2 << 20 || (segments[0].Address.Value & ((2 << 20) - 1)) == 0);
        return segments[0].Address;
    }

    private int RootsRead(DmaAddress at, int pages)
    {
        _memory.Asked.Clear();
        Assert.True(_port.TryRead(at, new byte[pages * Page], out _));
        return _memory.Asked.Count(one => one.At == _domain.RootTable.Value);
    }

    private PhysicalAddress EntryAt(IommuDomain domain, DmaAddress address, int level)
    {
        PhysicalAddress table = domain.RootTable;
        for (int above = 3; ; above--)
        {
            PhysicalAddress entry = table + ((long)((address.Value >> (12 + (9 * above))) & 511) * 8);
            if (above == level) return entry;
            table = new PhysicalAddress(Word(entry) & 0x000F_FFFF_FFFF_F000);
        }
    }

    private ulong Word(PhysicalAddress at)
    {
        byte[] bytes = new byte[8];
        _machine.Read(at, bytes);
        return BitConverter.ToUInt64(bytes);
    }
}
