using Xunit;

namespace Conformance.Tests;

/// <summary>Each law of planes catches mappers of planes that are broken on purpose.</summary>
public class PlaneMutantTests
{
    [Fact]
    public void Bytes_between_lines_taken_for_lines_are_caught()
    {
        LawAssert.Catches(PlaneLaws.DeviceReadsThePlane(rig => new MapsTheExtent(rig)), 300);
        LawAssert.Catches(PlaneLaws.TablesHoldExactlyTheLines(rig => new MapsTheExtent(rig)), 300);
    }

    [Fact]
    public void Bytes_between_lines_that_are_copied_are_caught() => LawAssert.Catches(PlaneLaws.CpuReadsThePlaneAndKeepsTheRest(rig => new CopiesBetweenLines(rig)), 1000);

    [Fact]
    public void Granules_between_lines_that_are_reachable_are_caught() => LawAssert.Catches(PlaneLaws.TablesHoldExactlyTheLines(rig => new CopiesBetweenLines(rig)), 300);

    [Fact]
    public void A_forgotten_stride_is_caught()
    {
        LawAssert.Catches(PlaneLaws.DeviceReadsThePlane(rig => new ForgetsTheStride(rig)), 300);
        LawAssert.Catches(PlaneLaws.CpuReadsThePlaneAndKeepsTheRest(rig => new ForgetsTheStride(rig)), 300);
    }

    [Fact]
    public void A_segment_across_frames_that_lie_apart_is_caught() => LawAssert.Catches(PlaneLaws.DeviceReadsThePlane(rig => new OneSegmentALine(rig)), 1000);

    [Fact]
    public void A_device_told_of_fewer_rules_is_caught()
        => LawAssert.Catches(PlaneLaws.SegmentsObeyTheDevice(rig => new LibraryPlanes(MapperRig.Of(Given.Case(MapperKind.Direct) with { Reach = Reach.All }))), 1000);

    [Fact]
    public void A_segment_too_many_is_caught()
    {
        LawAssert.Catches(PlaneLaws.SegmentsAreAtMostThePages(rig => new CutsTooOften(rig)), 300);
        LawAssert.Catches(PlaneLaws.SegmentsObeyTheDevice(rig => new CutsTooOften(rig)), 300);
    }

    [Fact]
    public void A_byte_skipped_between_windows_is_caught() => LawAssert.Catches(PlaneStateLaws.WindowsCoverThePlane(rig => new SkipsAByte(rig)), 300);

    [Fact]
    public void A_window_shorter_than_it_need_be_is_caught() => LawAssert.Catches(PlaneStateLaws.WindowsAreTheLongest(rig => new OneLineAWindow(rig)), 300);

    [Fact]
    public void A_window_that_cannot_start_inside_a_line_is_caught() => LawAssert.Catches(PlaneStateLaws.WindowsCoverThePlane(rig => new WholeLinesOnly(rig)), 1000);

    [Fact]
    public void A_plan_of_too_few_segments_is_caught() => LawAssert.Catches(PlaneStateLaws.PlanTellsWhatMapDoes(rig => new PlansALineLess(rig)), 300);

    [Fact]
    public void A_plan_that_maps_is_caught() => LawAssert.Catches(PlaneStateLaws.PlanTellsWhatMapDoes(rig => new PlansPlanesByMapping(rig)), 300);

    [Fact]
    public void A_line_left_mapped_by_a_refusal_is_caught() => LawAssert.Catches(PlaneStateLaws.RefusalsChangeNothing(rig => new KeepsTheFirstLine(rig)), 1000);

    [Fact]
    public void Too_short_a_span_asked_for_is_caught() => LawAssert.Catches(PlaneStateLaws.ShortSpansAreToldHowLong(rig => new AsksForALineLess(rig)), 300);

    [Fact]
    public void A_forgotten_sync_is_caught()
    {
        LawAssert.Catches(PlaneLaws.DeviceReadsThePlane(rig => new ForgetsPlaneSync(rig, forCpu: false)), 300);
        LawAssert.Catches(PlaneLaws.CpuReadsThePlaneAndKeepsTheRest(rig => new ForgetsPlaneSync(rig, forCpu: true)), 300);
    }

    [Fact]
    public void A_plane_that_stays_mapped_is_caught() => LawAssert.Catches(PlaneStateLaws.UnmappingUndoesEverything(rig => new LeavesPlanesMapped(rig)), 100);
}
