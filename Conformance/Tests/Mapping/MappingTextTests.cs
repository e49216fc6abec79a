using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What mappings, plans and their names say of themselves.</summary>
public class MappingTextTests
{
    [Fact]
    public void A_name_says_what_it_names_or_that_it_names_nothing()
    {
        Assert.Equal(("mapping 3 (generation 17)", "no mapping"), (new MappingToken(1, 3, 17).ToString(), default(MappingToken).ToString()));
        var mapper = (IReservingMapper)MapperRig.Of(Given.Case(MapperKind.Iommu)).Mapper;
        IovaReservation room = mapper.Reserve(10_000).Reservation;
        Assert.Equal(($"{room.Address} + 10000", "no reservation"), (room.ToString(), default(IovaReservation).ToString()));
        mapper.Release(room);
    }

    [Fact]
    public void A_plan_that_succeeds_tells_every_cost()
    {
        string told = new MapPlan { Status = MapStatus.Mapped, Length = 12345, SegmentCount = 32, IovaBytes = 16384, BouncedBytes = 778, Invalidations = 91 }.ToString();
        foreach (string number in new[] { "12345", "32", "16384", "778", "91" }) Assert.Contains(number, told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_is_refused_reads_as_the_refusal_would()
    {
        foreach (MapStatus status in Enum.GetValues<MapStatus>().Where(status => status is not (MapStatus.Mapped or MapStatus.NoBacking)))
        {
            var plan = new MapPlan { Status = status, SegmentCount = 5, FailedFrame = 7 };
            Assert.Equal(new MapResult { Status = status, SegmentsNeeded = 5, FailedFrame = 7 }.ToString(), plan.ToString());
        }
    }

    [Fact]
    public void A_plan_on_frames_that_are_still_to_be_chosen_is_no_shortage()
    {
        string plan = new MapPlan { Status = MapStatus.NoBacking }.ToString(), result = new MapResult { Status = MapStatus.NoBacking }.ToString();
        Assert.NotEqual(result, plan);
        Assert.All([plan, result], told => Assert.StartsWith(nameof(MapStatus.NoBacking), told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_want_of_slots_that_no_pool_tells_of_leaves_nothing_between_brackets()
        => Assert.DoesNotContain("()", new MapResult { Status = MapStatus.NoBounceSpace }.ToString(), StringComparison.Ordinal);
}
