using System;
using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>Each law of mapping catches mappers that are broken on purpose.</summary>
public class MapperMutantTests
{
    [Fact]
    public void An_address_that_is_off_is_caught()
    {
        LawAssert.Catches(TransferLaws.DeviceReadsWhatTheCpuWrote(With(rig => new OffByALine(rig))), 100);
        LawAssert.Catches(TransferLaws.CpuReadsWhatTheDeviceWrote(With(rig => new OffByALine(rig))), 100);
    }

    [Fact]
    public void Segments_in_the_wrong_order_are_caught() => LawAssert.Catches(TransferLaws.DeviceReadsWhatTheCpuWrote(With(rig => new WrongOrder(rig))), 300);

    [Fact]
    public void A_forgotten_sync_for_the_device_is_caught() => LawAssert.Catches(TransferLaws.DeviceReadsWhatTheCpuWrote(With(rig => new ForgetsSync(rig, false, true))), 300);

    [Fact]
    public void A_forgotten_sync_for_the_cpu_is_caught() => LawAssert.Catches(TransferLaws.CpuReadsWhatTheDeviceWrote(With(rig => new ForgetsSync(rig, true, false))), 300);

    [Fact]
    public void Writes_that_never_come_home_are_caught() => LawAssert.Catches(TransferLaws.CpuReadsWhatTheDeviceWrote(With(rig => new LosesWrites(rig))), 300);

    [Fact]
    public void A_dirty_slot_is_caught() => LawAssert.Catches(TransferLaws.SlotsHoldTheViewAndZeros(With(rig => new LeavesSlotsDirty(rig))), 300);

    [Fact]
    public void A_device_told_of_fewer_rules_is_caught()
        => LawAssert.Catches(ShapeLaws.SegmentsObeyTheDevice(one => MapperRig.Of(one with { Rules = default })), 300);

    [Fact]
    public void A_device_told_of_a_wider_window_is_caught()
        => LawAssert.Catches(ShapeLaws.SegmentsObeyTheDevice(one => MapperRig.Of(one with { Reach = Reach.All })), 300);

    [Fact]
    public void A_plan_of_too_few_segments_is_caught() => LawAssert.Catches(ShapeLaws.PlanTellsWhatMapDoes(With(rig => new PlansTooFew(rig))), 300);

    [Fact]
    public void A_plan_that_hides_copies_is_caught() => LawAssert.Catches(ShapeLaws.PlanTellsWhatMapDoes(With(rig => new PlansNoCopies(rig))), 300);

    [Fact]
    public void A_plan_that_forgets_invalidations_is_caught() => LawAssert.Catches(ShapeLaws.PlanTellsWhatMapDoes(With(rig => new PlansNoInvalidations(rig))), 300);

    [Fact]
    public void A_plan_that_maps_is_caught() => LawAssert.Catches(ShapeLaws.PlanTellsWhatMapDoes(With(rig => new PlansByMapping(rig))), 300);

    [Fact]
    public void Half_a_prefix_is_caught() => LawAssert.Catches(ShapeLaws.PrefixesAreTheLongest(With(rig => new MapsHalfAPrefix(rig))), 300);

    [Fact]
    public void A_prefix_refused_for_its_rest_is_caught() => LawAssert.Catches(ShapeLaws.PrefixesCoverEverything(With(rig => new RefusesPrefixes(rig))), 300);

    [Fact]
    public void Too_short_a_span_asked_for_is_caught() => LawAssert.Catches(ShapeLaws.ShortSpansAreToldHowLong(With(rig => new AsksForTooFew(rig))), 300);

    [Fact]
    public void Copies_without_need_are_caught()
        => LawAssert.Catches(ShapeLaws.OnlyWhatMustBounces(one => MapperRig.Of(one.Kind == MapperKind.Bounce ? one with { Kind = MapperKind.BounceEverything } : one)), 300);

    [Fact]
    public void Partial_frames_left_in_place_are_caught()
        => LawAssert.Catches(ShapeLaws.OnlyWhatMustBounces(one => MapperRig.Of(one.Kind == MapperKind.IommuBouncePartial ? one with { Kind = MapperKind.Iommu } : one)), 300);

    [Fact]
    public void A_leak_in_a_refusal_is_caught() => LawAssert.Catches(StateLaws.RefusalsChangeNothing(With(rig => new LeaksWhenRefused(rig))), 300);

    [Fact]
    public void A_mapping_that_stays_is_caught() => LawAssert.Catches(StateLaws.UnmappingUndoesEverything(With(rig => new ForgetsUnmap(rig))), 100);

    [Fact]
    public void Any_token_taken_is_caught() => LawAssert.Catches(StateLaws.TokensAreChecked(With(rig => new TakesAnyToken(rig))), 100);

    [Fact]
    public void A_granule_too_many_is_caught() => LawAssert.Catches(ReachLaws.TablesHoldExactlyTheMapping(With(rig => new MapsMore(rig))), 300);

    [Fact]
    public void A_direction_too_many_is_caught()
    {
        LawAssert.Catches(ReachLaws.TablesHoldExactlyTheMapping(With(rig => new MapsBothWays(rig))), 100);
        LawAssert.Catches(ReachLaws.OnlyLiveMappingsAreReachable(With(rig => new MapsBothWays(rig))), 100);
    }

    [Fact]
    public void A_forgotten_invalidation_is_caught() => LawAssert.Catches(ReachLaws.OnlyLiveMappingsAreReachable(one => MapperRig.Of(one, iommu => new ForgetsInvalidations(iommu, all: true))), 100);

    [Fact]
    public void An_invalidation_of_the_first_page_only_is_caught() => LawAssert.Catches(ReachLaws.OnlyLiveMappingsAreReachable(one => MapperRig.Of(one, iommu => new ForgetsInvalidations(iommu, all: false))), 300);

    private static MakeRig With(Func<MapperRig, IDmaMapper> broken) => one =>
    {
        MapperRig rig = MapperRig.Of(one);
        rig.Mapper = broken(rig);
        return rig;
    };
}
