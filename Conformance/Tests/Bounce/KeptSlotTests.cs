using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Slots for devices that want more address bits kept than those of a byte's offset in its frame.</summary>
public class KeptSlotTests
{
    private const ulong Mask = 0xFFFF;

    private readonly PoolRig _rig = new(64);
    private readonly DmaSegment[] _segments = new DmaSegment[4];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_copy_has_the_bits_of_its_home_wherever_slots_are_free(bool translated)
    {
        var device = new DmaDevice("keeper", new RequesterId(7), new DmaConstraints { OffsetPreservingMask = Mask, Window = DmaWindow.OfBits(32) });
        var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20);
        using var domain = new IommuDomain(_rig.Memory, tables, new EmulatedIommu(_rig.Memory), device.Constraints.Window);
        var mapper = new BounceMapper(translated ? new IommuMapper(device, domain) : new DirectMapper(device), _rig.Pool, BounceMode.Everything);
        var tokens = new MappingToken[3];
        for (int i = 0; i < tokens.Length; i++)
        {
            PfnView view = PoolRig.High((16 * i) + 2, 1).View;
            MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
            Assert.Equal((MapStatus.Mapped, 1, 4096L), (result.Status, result.SegmentCount, result.BouncedBytes));
            Assert.True(device.Constraints.Satisfies([_segments[0]], view), $"{_segments[0]} stands for {view.AddressAt(0)}");
            tokens[i] = result.Token;
        }

        Assert.Equal(61, _rig.FreeSlots);
        foreach (MappingToken token in tokens) mapper.Unmap(token);
        Assert.Equal(64, _rig.FreeSlots);
    }

    [Fact]
    public void Homes_that_follow_each_other_are_copied_as_one_segment()
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { OffsetPreservingMask = Mask });
        MapResult result = mapper.Map(PoolRig.High(5, 2).View, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, 1, 8192L, 62L), (result.Status, result.SegmentCount, result.BouncedBytes, _rig.FreeSlots));
    }

    [Fact]
    public void What_is_in_reach_stays_where_it_is()
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { OffsetPreservingMask = Mask });
        var view = new PfnView([.. PoolRig.Low(3, 1).View.Frames, .. PoolRig.High(7, 1).View.Frames], PageSize.Size4K);
        MapPlan plan = mapper.Plan(view, DmaDirection.ToDevice);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.Mapped, 2, 4096L), (plan.Status, plan.SegmentCount, plan.BouncedBytes));
        Assert.Equal((MapStatus.Mapped, 2, 4096L), (result.Status, result.SegmentCount, result.BouncedBytes));
    }

    /// <summary>No slot but the home itself has all of its bits, not even where the home is so low that slots before its own could be left free.</summary>
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(ulong.MaxValue)]
    public void No_slot_keeps_all_bits(ulong mask)
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { OffsetPreservingMask = mask }, mode: BounceMode.Everything);
        MapResult refused = mapper.Map(new PfnView([new Pfn(3)], PageSize.Size4K), DmaDirection.ToDevice, _segments);
        Assert.Equal((MapStatus.NoBounceSpace, 64L), (refused.Status, _rig.FreeSlots));
    }
}
