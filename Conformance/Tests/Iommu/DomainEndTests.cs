using System;
using System.Linq;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The end of a domain: what is asked of it afterwards, and what hardware does in the midst of it, which it calls for that end.</summary>
public sealed class DomainEndTests
{
    private const ulong Base = 8ul << 30;
    private const long Page = 4096;
    private const int InTable = 512;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);
    private readonly Hardware _hardware = new();
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    [Fact]
    public void What_is_asked_of_a_domain_that_is_gone_throws_and_tells_the_hardware_nothing()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable);
        domain.Dispose();
        int calls = _hardware.Calls;
        AssertGone(() => { _ = domain.RootTable; });
        AssertGone(() => { _ = domain.LargestFreeIovaBytes; });
        AssertGone(() => { _ = domain.IovaFragmentation; });
        AssertGone(domain.Trim);
        AssertGone(() => { Map(mapper, 1); });
        AssertGone(() => { Map(mapper, InTable); });
        AssertGone(() => { mapper.Plan(new PfnView([new Pfn(8)], PageSize.Size4K), DmaDirection.ToDevice); });
        AssertGone(() => { mapper.Reserve(Page); });
        domain.Dispose();
        Assert.Equal((calls, 0L), (_hardware.Calls, domain.TableBytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void What_is_kept_warm_when_a_domain_goes_is_not_taken(int pages)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable, lazy: false);
        mapper.Unmap(Map(mapper, pages));
        domain.Dispose();
        for (int round = 0; round < 2; round++)
        {
            AssertGone(() => { Map(mapper, pages); });
            Assert.Equal((0, (ulong)(InTable * Page)), (domain.LiveMappings, domain.FreeIovaBytes));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(InTable)]
    public void A_domain_that_goes_while_a_mapping_makes_room_throws_and_has_all_back(int pages)
    {
        long frames = _machine.Frames.FreeFrames;

        // The device has limits: so there is one way of mapping, which is tried once.
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable, limits: new DmaConstraints { MaxSegmentSize = 1 << 30 });
        foreach (MappingToken token in Enumerable.Range(0, 2).Select(_ => Map(mapper, InTable / 2)).ToArray()) mapper.Unmap(token);
        bool gone = false;
        _hardware.Forgets = _ =>
        {
            _hardware.Forgets = null;
            domain.Dispose();
            gone = true;
        };
        AssertGone(() => { Map(mapper, pages); });
        Assert.True(gone);
        Assert.Equal((0, (ulong)(InTable * Page), 0L, frames), (domain.LiveMappings, domain.FreeIovaBytes, domain.TableBytes, _machine.Frames.FreeFrames));
    }

    [Fact]
    public void While_a_disposal_is_refused_others_map_on()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable);
        MappingToken live = Map(mapper, 1);
        bool mapped = false;
        _hardware.Forgets = _ =>
        {
            _hardware.Forgets = null;
            mapper.Unmap(Map(mapper, 1));
            mapped = true;
        };
        Assert.Throws<InvalidOperationException>(domain.Dispose);
        Assert.True(mapped);
        mapper.Unmap(live);
        domain.Dispose();
    }

    [Fact]
    public void While_hardware_blocks_its_devices_nothing_is_mapped()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(InTable);
        mapper.Unmap(Map(mapper, 1));
        bool blocked = false;
        _hardware.Blocks = () =>
        {
            AssertGone(() => { Map(mapper, 1); });
            AssertGone(() => { Map(mapper, InTable); });
            blocked = true;
        };
        domain.Dispose();
        Assert.True(blocked);
        Assert.Equal((0, (ulong)(InTable * Page)), (domain.LiveMappings, domain.FreeIovaBytes));
    }

    [Fact]
    public void What_is_mapped_after_a_disposal_has_looked_refuses_it()
    {
        long frames = _machine.Frames.FreeFrames;
        (IommuDomain domain, IommuMapper mapper) = Domain(64 * InTable);
        Crowd(mapper);
        MappingToken late = default;
        AtNextTable(() => late = Map(mapper, 1));
        Assert.Throws<InvalidOperationException>(domain.Dispose);
        Assert.False(late.IsNone);
        Assert.Equal(1, domain.LiveMappings);
        mapper.Unmap(late);
        domain.Dispose();
        Assert.Equal(frames, _machine.Frames.FreeFrames);
    }

    [Fact]
    public async Task Who_could_not_be_served_because_of_a_disposal_is_when_it_does_not_come_about()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(64 * InTable);
        Crowd(mapper);
        Task<ReserveResult>? all = null;
        AtNextTable(() =>
        {
            IovaReservation small = mapper.Reserve(Page).Reservation;
            all = mapper.ReserveAsync(64 * InTable * Page, TestContext.Current.CancellationToken).AsTask();
            _hardware.Forgets = length =>
            {
                if (Record.Exception(() => { _ = domain.RootTable; }) is null) return;
                _hardware.Forgets = null;
                mapper.Release(small);
            };
        });
        _hardware.Blocks = () =>
        {
            Assert.False(all!.IsCompleted);
            throw new NotSupportedException("Hardware does not answer.");
        };
        Assert.Throws<NotSupportedException>(domain.Dispose);
        Assert.True(all is { IsCompletedSuccessfully: true });
        ReserveResult served = await all;
        Assert.True(served.IsReserved, served.ToString());
        mapper.Release(served.Reservation);
        _hardware.Blocks = null;
        domain.Dispose();
    }

    [Theory]
    [InlineData((512ul << 30) - 4096, (512ul << 30) - 1)]
    [InlineData(512ul << 30, (512ul << 30) + 4095)]
    public void Without_memory_for_the_tables_above_an_end_of_the_aperture_there_is_no_domain(ulong first, ulong last)
    {
        for (int have = 0; have <= 3; have++)
        {
            var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), have * Page);
            IommuDomain Make() => new(RigMemory.Create(), tables, _hardware, new DmaWindow(new DmaAddress(first), new DmaAddress(last)));
            if (have < 3)
            {
                Assert.Throws<InvalidOperationException>(() => { Make(); });
            }
            else
            {
                IommuDomain domain = Make();
                Assert.Equal(3 * Page, domain.TableBytes);
                domain.Dispose();
            }

            Assert.Equal(have, tables.FreeFrames);
        }
    }

    [Fact]
    public void A_full_domain_has_no_largest_block_and_is_not_scattered()
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(1);
        Assert.Equal(((ulong)Page, 0.0), (domain.LargestFreeIovaBytes, domain.IovaFragmentation));
        MappingToken token = Map(mapper, 1);
        Assert.Equal((0ul, 0ul, 0.0), (domain.FreeIovaBytes, domain.LargestFreeIovaBytes, domain.IovaFragmentation));
        mapper.Unmap(token);
        domain.Dispose();
    }

    private static void AssertGone(Action asked) => Assert.Equal(nameof(IommuDomain), Assert.Throws<ObjectDisposedException>(asked).ObjectName);

    /// <summary>Has so many small mappings end that more spans come free than are kept: a disposal, in looking, gives the others back.</summary>
    private void Crowd(IommuMapper mapper)
    {
        foreach (MappingToken token in Enumerable.Range(0, 120).Select(_ => Map(mapper, InTable / 2)).ToArray()) mapper.Unmap(token);
    }

    /// <summary>Calls somebody when the hardware is told of a table that goes.</summary>
    private void AtNextTable(Action call) => _hardware.Forgets = length =>
    {
        if (length == long.MaxValue) return;
        _hardware.Forgets = null;
        call();
    };

    private MappingToken Map(IommuMapper mapper, int pages)
    {
        MapResult result = mapper.Map(new PfnView(Given.Frames(0x100, pages, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }

    private (IommuDomain Domain, IommuMapper Mapper) Domain(int pages, bool lazy = true, DmaConstraints limits = default)
    {
        var options = new IommuDomainOptions
        {
            Aperture = new DmaWindow(new DmaAddress(Base), new DmaAddress(Base + (ulong)(pages * Page) - 1)),
            Lazy = lazy ? new LazyInvalidation { Clock = new ManualTime(), MostPending = 5000 } : null,
        };
        var domain = new IommuDomain(_machine, _machine.Frames, _hardware, options);
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1), limits), domain));
    }

    /// <summary>Hardware that calls somebody when it is told to forget, or to block.</summary>
    private sealed class Hardware : IIotlbInvalidation
    {
        internal Action<long>? Forgets { get; set; }

        internal Action? Blocks { get; set; }

        internal int Calls { get; private set; }

        public void Invalidate(int domain, DmaAddress first, long length)
        {
            Calls++;
            Forgets?.Invoke(length);
        }

        public void Block(int domain) => Blocks?.Invoke();
    }
}
