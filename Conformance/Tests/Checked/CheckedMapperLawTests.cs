using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// A checked mapper obeys every law of mapping, around each kind of mapper, and tells of no misuse where there is none: whatever it tells breaks the law.
/// Devices are watched where they have no business elsewhere.
/// </summary>
public class CheckedMapperLawTests
{
    [Fact]
    public void The_device_reads_what_the_cpu_wrote() => TransferLaws.DeviceReadsWhatTheCpuWrote(Watched).Check(120);

    [Fact]
    public void The_cpu_reads_what_the_device_wrote() => TransferLaws.CpuReadsWhatTheDeviceWrote(Watched).Check(120);

    [Fact]
    public void Bounce_slots_hold_the_view_and_zeros() => TransferLaws.SlotsHoldTheViewAndZeros(Rig).Check(80);

    [Fact]
    public void Segments_obey_the_device() => ShapeLaws.SegmentsObeyTheDevice(Rig).Check(100);

    [Fact]
    public void The_plan_tells_what_mapping_does() => ShapeLaws.PlanTellsWhatMapDoes(Rig).Check(100);

    [Fact]
    public void Prefixes_cover_everything() => ShapeLaws.PrefixesCoverEverything(Rig).Check(100);

    [Fact]
    public void Prefixes_are_the_longest() => ShapeLaws.PrefixesAreTheLongest(Rig).Check(100);

    [Fact]
    public void Short_spans_are_told_how_long() => ShapeLaws.ShortSpansAreToldHowLong(Rig).Check(100);

    [Fact]
    public void Only_what_must_bounces() => ShapeLaws.OnlyWhatMustBounces(Rig).Check(100);

    [Fact]
    public void Refusals_change_nothing() => StateLaws.RefusalsChangeNothing(Rig).Check(100);

    [Fact]
    public void Unmapping_undoes_everything() => StateLaws.UnmappingUndoesEverything(Rig).Check(100);

    [Fact]
    public void Tables_hold_exactly_the_mapping() => ReachLaws.TablesHoldExactlyTheMapping(Rig).Check(100);

    [Fact]
    public void Only_live_mappings_are_reachable() => ReachLaws.OnlyLiveMappingsAreReachable(Rig).Check(100);

    /// <summary>Here tokens are misused on purpose, and the mapper inside is to speak.</summary>
    [Fact]
    public void Tokens_are_checked() => StateLaws.TokensAreChecked(one => Around(MapperRig.Of(one), _ => { })).Check(100);

    /// <summary>Links are misplaced on purpose too; nothing else is told.</summary>
    [Fact]
    public void Links_reach_what_mappings_reach()
        => LinkLaws.LinksReachWhatMappingsReach(one =>
        {
            MapperRig rig = MapperRig.Of(one);
            rig.Mapper = new CheckedReservingMapper(
                new MappingChecker(new MappingCheckerOptions { OnMisuse = misuse => { if (misuse.Kind != MisuseKind.LinkMisplaced) throw new LawViolatedException(misuse.ToString()); } }),
                (IReservingMapper)rig.Mapper);
            return rig;
        }).Check(100);

    private static MapperRig Rig(MapperCase one) => Around(MapperRig.Of(one), misuse => throw new LawViolatedException(misuse.ToString()));

    private static MapperRig Watched(MapperCase one)
    {
        MapperRig rig = MapperRig.Of(one);
        var checker = new MappingChecker(new MappingCheckerOptions { OnMisuse = misuse => throw new LawViolatedException(misuse.ToString()) });
        rig.Mapper = new CheckedMapper(checker, rig.Mapper);
        checker.Watch(rig.Port);
        return rig;
    }

    private static MapperRig Around(MapperRig rig, Action<MisuseReport> told)
    {
        rig.Mapper = new CheckedMapper(new MappingChecker(new MappingCheckerOptions { OnMisuse = told }), rig.Mapper);
        return rig;
    }
}
