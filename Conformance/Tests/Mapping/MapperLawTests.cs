using System;
using Xunit;

namespace Conformance.Tests;

/// <summary>The library's mappers obey every law; MapperMutantTests shows that each law catches something.</summary>
public class MapperLawTests
{
    [Fact]
    public void The_device_reads_what_the_cpu_wrote() => TransferLaws.DeviceReadsWhatTheCpuWrote(Rig).Check(1000);

    [Fact]
    public void The_cpu_reads_what_the_device_wrote() => TransferLaws.CpuReadsWhatTheDeviceWrote(Rig).Check(1000);

    [Fact]
    public void Bounce_slots_hold_the_view_and_zeros() => TransferLaws.SlotsHoldTheViewAndZeros(Rig).Check(500);

    [Fact]
    public void Segments_obey_the_device() => ShapeLaws.SegmentsObeyTheDevice(Rig).Check(4000);

    [Fact]
    public void The_plan_tells_what_mapping_does() => ShapeLaws.PlanTellsWhatMapDoes(Rig).Check(1000);

    [Fact]
    public void Prefixes_cover_everything() => ShapeLaws.PrefixesCoverEverything(Rig).Check(1500);

    [Fact]
    public void Prefixes_are_the_longest() => ShapeLaws.PrefixesAreTheLongest(Rig).Check(2000);

    [Fact]
    public void Short_spans_are_told_how_long() => ShapeLaws.ShortSpansAreToldHowLong(Rig).Check(2000);

    [Fact]
    public void Only_what_must_bounces() => ShapeLaws.OnlyWhatMustBounces(Rig).Check(2000);

    [Fact]
    public void Refusals_change_nothing() => StateLaws.RefusalsChangeNothing(Rig).Check(1000);

    [Fact]
    public void Unmapping_undoes_everything() => StateLaws.UnmappingUndoesEverything(Rig).Check(1500);

    [Fact]
    public void Tokens_are_checked() => StateLaws.TokensAreChecked(Rig).Check(1000);

    [Fact]
    public void Tables_hold_exactly_the_mapping() => ReachLaws.TablesHoldExactlyTheMapping(Rig).Check(1000);

    [Fact]
    public void Only_live_mappings_are_reachable() => ReachLaws.OnlyLiveMappingsAreReachable(Rig).Check(1000);

    [Fact]
    public void Every_mapper_and_every_outcome_is_asked_for_often()
    {
        Shares shares = Shares.Of(MapperCases.All.Generator, 3000, MapperCases.Classes);
        foreach (MapperKind kind in Enum.GetValues<MapperKind>()) Assert.True(shares[$"{kind} mapped"] >= 0.05, $"{kind} mapped is rare: {shares}");
        foreach (string outcome in new[] { "several segments", "partly bounced", "shorter prefix", "duplicate frames", "Unaligned", "UnreachableFrame", "TooManySegments", "NoIovaSpace", "NoBounceSpace", "WouldDiverge" })
            Assert.True(shares[outcome] >= 0.005, $"{outcome} is rare: {shares}");
    }

    private static MapperRig Rig(MapperCase one) => MapperRig.Of(one);
}
