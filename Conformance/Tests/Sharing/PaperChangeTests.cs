using System.Collections.Generic;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which changes a refusal advises, and whom it names: on paper, where more than one thing would help.</summary>
public class PaperChangeTests
{
    private static readonly DmaConstraints Below = new() { Window = DmaWindow.OfBits(32) };

    private static readonly DmaConstraints Above = new() { Window = new DmaWindow(new DmaAddress(1ul << 32), new DmaAddress(ulong.MaxValue)) };

    private static Importer Device(string name, DmaConstraints constraints = default, long pool = 0) => new(PaperProfile.Of(name, constraints, pool: pool));

    /// <summary>Frames above 4 GiB, one by one.</summary>
    private static PfnBuffer Apart(int frames = 8, long offset = 0, long length = PaperExporter.Usual)
        => new([.. Enumerable.Range(0, frames).Select(i => new Pfn((1ul << 20) + (2ul * (ulong)i)))], PageSize.Size4K, offset, length);

    private static Refusal Refused(SharingState state, Importer newcomer)
    {
        Decision decision = AttachDecision.Decide(state, newcomer);
        Assert.Equal(Verdict.Refused, decision.Verdict);
        return decision.Refusal!;
    }

    private static string Told(IEnumerable<Change> changes) => string.Join(", ", changes.Select(change => $"{change.Kind} {change.Subject}"));

    [Fact]
    public void Of_two_changes_that_cost_the_same_the_one_whose_subject_comes_first_by_name_is_advised()
    {
        // Frames for any two of the three wishes, and for all three none.
        var exporter = new PaperExporter { Asked = static demand => demand.Placement is { Alignment: < 4096 } or { First.Value: 0 } or { Last.Value: ulong.MaxValue } };
        Importer[] attached = [Device("b", new DmaConstraints { Window = DmaWindow.OfBits(33) }), Device("a", new DmaConstraints { Alignment = 4096 })];
        var state = new SharingState(exporter, SharingPolicy.Default) { Attached = attached };
        Refusal refusal = Refused(state, Device("c", Above));
        Assert.Equal("Detach a", Told(refusal.Changes));
        Assert.Equal(["a", "b"], refusal.ConflictsWith);
    }

    [Fact]
    public void One_change_is_advised_rather_than_three_that_cost_the_same_together()
        => Assert.Equal("Detach a", Told(Refused(Blocked("a", 0), Windowed()).Changes));

    [Theory]
    [InlineData("a", "Detach a")]
    [InlineData("b", "AllowBounce paper, MapInWindows c, WorkOnCopies c")]
    public void Beyond_4096_sets_what_helps_and_has_nothing_needless_is_advised_cheapest_or_not(string blocker, string advised)
    {
        // Nine holders, attaching again, and the three changes that allow copies: 4095 sets of them cost less than 20, of which none helps. Then come
        // the two who can be detached, by name.
        Refusal refusal = Refused(Blocked(blocker, 9), Windowed());
        Assert.Equal(advised, Told(refusal.Changes));
        Assert.Equal(20, refusal.Changes.Sum(change => change.Cost));
    }

    [Fact]
    public void Bytes_to_bounce_are_those_of_all_frames_that_the_buffer_touches()
    {
        var state = new SharingState(new PaperExporter { Length = 8192, Can = false }, SharingPolicy.Default) { Backing = Apart(3, 512, 8192) };
        Change change = Assert.Single(Refused(state, Device("c", Below)).Changes);
        Assert.Equal((ChangeKind.AddBouncing, "c", 12288), (change.Kind, change.Subject, change.Bytes));
    }

    [Fact]
    public void Who_is_attached_already_is_told_to_detach_first()
    {
        Importer tight = Device("tight", Below);
        var state = new SharingState(new PaperExporter(), SharingPolicy.Default) { Backing = Apart(), Attached = [tight] };
        Refusal refusal = AttachDecision.Stand(state, tight).Refusal!;
        Assert.Equal("AttachAgain tight", Told(refusal.Changes));
        Assert.Equal("detach tight and attach it again", refusal.Advice);
    }

    [Fact]
    public void To_who_takes_pfns_as_they_are_no_mapping_is_advised()
    {
        var state = new SharingState(new PaperExporter { Can = false }, SharingPolicy.Default) { Backing = Apart() };
        Assert.Empty(Refused(state, new Importer(Device("gpu", DmaConstraints.ContiguousOnly)) { RawPfns = true }).Changes);
        Assert.Empty(Refused(state, new Importer(Device("gpu", Below)) { RawPfns = true }).Changes);
    }

    [Fact]
    public void Where_nothing_can_be_changed_and_frames_are_there_after_all_nothing_is_advised()
    {
        // An exporter that does not keep its word: its answers change.
        int yes = 0;
        var exporter = new PaperExporter { Asked = _ => yes-- > 0 };
        var state = new SharingState(exporter, SharingPolicy.Default) { Obstacle = MoveObstacle.Unsuitable("none") };
        Refusal refusal = Refused(state, new Importer(Device("gpu", Below)) { RawPfns = true });
        yes = 1;
        Assert.Empty(refusal.Changes);
    }

    [Fact]
    public void Against_a_device_that_needs_other_frames_stand_those_who_hold_them_in_place_though_they_could_be_bounced()
    {
        // Without b the bytes must still not go below 4 GiB: a has them mapped, and what is mapped in place stays so.
        var state = new SharingState(new PaperExporter(), SharingPolicy.Default)
        {
            Backing = Apart(),
            Attached = [Device("a", Above, 1 << 20), Device("b", Above)],
            Holdings = [new Holding("a", HoldingKind.Mapping, true, false)],
        };
        Assert.Equal(["a", "b"], Refused(state, Device("c", Below)).ConflictsWith);
    }

    [Fact]
    public void While_no_frames_are_chosen_a_device_that_can_be_bounced_is_served_beside_whoever_is_left()
    {
        var state = new SharingState(new PaperExporter(), SharingPolicy.Default) { Attached = [Device("a", Above), Device("b", Below)] };
        Assert.Equal(["a", "b"], Refused(state, Device("c", Below, 1 << 20)).ConflictsWith);
    }

    /// <summary>Cannot be copied for as it declares itself, nor reaches the frames; of frames that it reaches it takes two whole ones.</summary>
    private static Importer Windowed() => new(Device("c", Below with { MaxSegmentCount = 2, SegmentBoundaryMask = 4095 }, pool: 12288)) { ZeroCopyOnly = true };

    /// <summary>A buffer that one of two keeps from being moved, beside some who would not mind: the other way is three changes that allow copies.</summary>
    private static SharingState Blocked(string blocker, int holders) => new(new PaperExporter { Length = 8192 }, new SharingPolicy { AllowsBounce = false })
    {
        Backing = Apart(3, 512, 8192),
        Attached = [.. new[] { "a", "b" }.Select(name => Device(name, name == blocker ? Above : default))],
        Holdings = [.. Enumerable.Range(0, holders).Select(i => new Holding($"h{i}", HoldingKind.Mapping, true, false))],
    };
}
