using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What listeners hear of slots that are reserved, or are not, and of edges.</summary>
public class ReservationMetricsTests
{
    private const long Slot = 4096;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);

    [Fact]
    public void A_reservation_of_slots_that_is_refused_counts_as_a_mapping_that_was_short()
    {
        using Heard heard = new("reserves slots");
        BounceMapper mapper = new PoolRig(4).Mapper(name: "reserves slots");
        Assert.True(mapper.TryReserve(3 * Slot, out BounceReservation room));
        Assert.Equal(0, heard.Calls);
        for (int i = 0; i < 2; i++) Assert.False(mapper.TryReserve(2 * Slot, out _));
        Assert.Equal((2, 2), (heard[DmaMetrics.Shortages, "NoBounceSpace"], heard.Calls));
        mapper.Release(room);
        Assert.Equal(2, heard.Calls);
    }

    [Fact]
    public void A_reservation_of_edges_that_is_refused_counts_and_their_bytes_count_where_they_are_linked()
    {
        using Heard heard = new("reserves edges");
        using var pool = new BouncePool(_machine, _machine.Frames, 3 * Slot);
        var domain = new IommuDomain(_machine, _machine.Frames, new EmulatedIommu(_machine), new IommuDomainOptions { IsTrusted = false });
        var mapper = new ReservingBounceMapper(new IommuMapper(new DmaDevice("reserves edges", new RequesterId(1)) { IsTrusted = false }, domain), pool);
        IovaReservation room = mapper.Reserve(4 * Slot, 2).Reservation;
        Assert.Equal(0, heard.Calls);
        Assert.Equal(ReserveStatus.NoBounceSpace, mapper.Reserve(Slot, 2).Status);
        Assert.Equal((1, 1), (heard[DmaMetrics.Shortages, "NoBounceSpace"], heard.Calls));

        // A head of 4086 bytes and a tail of 914, then a tail alone.
        Assert.True(mapper.Link(room, 10, new PfnView(Given.Frames(0x100, 2), PageSize.Size4K, 10, 5000), DmaDirection.ToDevice, MapOptions.None).IsMapped);
        Assert.Equal(5000, heard[DmaMetrics.BouncedSize]);
        mapper.Unlink(room, 10, 5000);
        Assert.True(mapper.Link(room, 0, new PfnView(Given.Frames(0x100, 2), PageSize.Size4K, 0, Slot + 30), DmaDirection.ToDevice, MapOptions.None).IsMapped);
        Assert.Equal(5030, heard[DmaMetrics.BouncedSize]);
        mapper.Release(room);
        domain.Dispose();
    }
}
