using System;
using Xunit;

namespace Conformance.Tests;

/// <summary>Planes obey every law over every mapper; PlaneMutantTests shows that each law catches something.</summary>
public class PlaneLawTests
{
    [Fact]
    public void Segments_obey_the_device() => PlaneLaws.SegmentsObeyTheDevice(Library).Check(2000);

    [Fact]
    public void Segments_are_at_most_the_pages() => PlaneLaws.SegmentsAreAtMostThePages(Library).Check(1000);

    [Fact]
    public void The_device_reads_the_plane() => PlaneLaws.DeviceReadsThePlane(Library).Check(1000);

    [Fact]
    public void The_cpu_reads_the_plane_and_keeps_the_rest() => PlaneLaws.CpuReadsThePlaneAndKeepsTheRest(Library).Check(1000);

    [Fact]
    public void Tables_hold_exactly_the_lines() => PlaneLaws.TablesHoldExactlyTheLines(Library).Check(1000);

    [Fact]
    public void The_plan_tells_what_mapping_does() => PlaneStateLaws.PlanTellsWhatMapDoes(Library).Check(1500);

    [Fact]
    public void Windows_cover_the_plane() => PlaneStateLaws.WindowsCoverThePlane(Library).Check(1500);

    [Fact]
    public void Windows_are_the_longest() => PlaneStateLaws.WindowsAreTheLongest(Library).Check(2000);

    [Fact]
    public void Short_spans_are_told_how_long() => PlaneStateLaws.ShortSpansAreToldHowLong(Library).Check(1500);

    [Fact]
    public void Refusals_change_nothing() => PlaneStateLaws.RefusalsChangeNothing(Library).Check(1000);

    [Fact]
    public void Unmapping_undoes_everything() => PlaneStateLaws.UnmappingUndoesEverything(Library).Check(1000);

    [Fact]
    public void Every_mapper_and_every_outcome_is_asked_for_often()
    {
        Shares shares = Shares.Of(PlaneCases.All.Generator, 2000, PlaneCases.Classes);
        foreach (MapperKind kind in Enum.GetValues<MapperKind>()) Assert.True(shares[$"{kind} mapped with gaps"] >= 0.03, $"{kind} mapped is rare: {shares}");
        foreach (string outcome in new[] { "bounced with gaps", "partly bounced", "lines share a frame", "window", "lines joined", "Unaligned", "UnreachableFrame", "TooManySegments", "NoBounceSpace" })
            Assert.True(shares[outcome] >= 0.002, $"{outcome} is rare: {shares}");
    }

    private static LibraryPlanes Library(MapperRig rig) => new(rig);
}
