using System;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Slots that were taken for a moment, and that nobody came to hold, go to whoever came to wait for them meanwhile.</summary>
public class UnusedSlotTests
{
    private const long Slot = PoolRig.Slot;
    private const int Slots = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Those_of_a_plan_do()
    {
        Task<BounceReservation>? wait = null;
        var memory = new Asked(RigMemory.Create());
        using var pool = new BouncePool(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Pool), Slots * Slot), Slots * Slot);
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("planner", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) })), pool);

        // What memory the third frame is of is asked when the first one has its slot.
        memory.At = 1ul << 52;
        memory.Asking = () => wait = mapper.ReserveAsync(Slots * Slot, TestContext.Current.CancellationToken).AsTask();
        MapStatus planned = mapper.Plan(new PfnView([new Pfn(0x10_0000), new Pfn(0x1_0000), new Pfn(1ul << 40)], PageSize.Size4K), DmaDirection.ToDevice).Status;
        Assert.Equal(MapStatus.NoBounceSpace, planned);
        Assert.NotNull(wait);
        mapper.Release(await wait.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(pool.Capacity, pool.FreeBytes);
    }

    [Fact]
    public async Task Those_of_a_run_that_the_wrapped_mapper_was_short_for_do()
    {
        Task<BounceReservation>? wait = null;
        var rig = new PoolRig(Slots);
        var small = new BouncePool(rig.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.StartOf(HomeArea.Below)), Slot), Slot);
        var inner = new Mapped(new BounceMapper(new DirectMapper(rig.Device()), small, BounceMode.Everything));
        var mapper = new BounceMapper(inner, rig.Pool, BounceMode.Everything);
        inner.Mapping = () => wait = mapper.ReserveAsync(Slots * Slot, TestContext.Current.CancellationToken).AsTask();
        MapResult refused = PoolRig.Try(mapper, PoolRig.High(0, 3));
        Assert.Equal((MapStatus.NoBounceSpace, 3 * Slot, Slot), (refused.Status, refused.Shortage!.Needed, refused.Shortage.Free));
        Assert.NotNull(wait);
        mapper.Release(await wait.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(Slots, rig.FreeSlots);
    }

    /// <summary>Calls before it says, for the first time, what is at an address.</summary>
    private sealed class Asked(IPhysicalMemory memory) : IPhysicalMemory
    {
        internal ulong At { get; set; }

        internal Action? Asking { get; set; }

        public MemoryRegion RegionAt(PhysicalAddress address)
        {
            if (address.Value == At && Asking is { } asking)
            {
                Asking = null;
                asking();
            }

            return memory.RegionAt(address);
        }

        public Span<byte> Access(PhysicalAddress address, long length) => memory.Access(address, length);
    }

    /// <summary>Calls before it maps.</summary>
    private sealed class Mapped(IDmaMapper inner) : MapperWrapper(inner)
    {
        internal Action? Mapping { get; set; }

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            Mapping?.Invoke();
            return base.Map(view, direction, segments, options);
        }
    }
}
