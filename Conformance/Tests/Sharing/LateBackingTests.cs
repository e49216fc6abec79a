using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which frames are taken when bytes are first used: those that serve everyone, where there are such.</summary>
public class LateBackingTests
{
    private const long Length = 32 * 4096;

    /// <summary>Two segments of 64 KiB at most: what a demand says of that is that the frames are one run, and not where it begins.</summary>
    private static readonly DmaConstraints TwoHalves = new() { SegmentBoundaryMask = 0xffff, MaxSegmentCount = 2 };

    private PlacesExporter _places = null!;

    [Fact]
    public void Frames_that_do_not_serve_everyone_are_given_back_for_others_that_do()
    {
        using MoveScene scene = Scene(Given.Frames(0x10_0100, 32), Given.Frames(0x1001, 32));
        Attachment halves = scene.Come(new DirectMapper(scene.Device("halves", TwoHalves))).Attachment!;
        Attachment isa = scene.Come(new BounceMapper(new DirectMapper(scene.Device("isa", new DmaConstraints { Window = DmaWindow.OfBits(32) })), scene.Pool)).Attachment!;

        // Low frames would do for isa, and lie askew for the other; on the high ones isa works on copies.
        MapResult live = halves.Map(0, Length, DmaDirection.ToDevice, new DmaSegment[2]).Mapping;
        Assert.True(live.IsMapped, live.ToString());
        Assert.Equal((Verdict.Direct, Verdict.Bounce), (halves.Decision.Verdict, isa.Decision.Verdict));
        Assert.Equal(new Pfn(0x10_0100), scene.Buffer.Backing!.View.Frames[0]);
        Assert.Equal((2, 1), (_places.Asked.Count, _places.Taken));
        halves.Unmap(live.Token);
    }

    [Fact]
    public void Where_no_frames_serve_everyone_some_are_taken_and_who_cannot_use_them_is_refused()
    {
        using MoveScene scene = Scene(Given.Frames(0x1001, 32));
        Attachment halves = scene.Come(new DirectMapper(scene.Device("halves", TwoHalves))).Attachment!, nic = scene.Anything();
        MapResult live = nic.Map(0, Length, DmaDirection.ToDevice, new DmaSegment[1]).Mapping;
        Assert.True(live.IsMapped, live.ToString());
        SharedMapResult refused = halves.Map(0, Length, DmaDirection.ToDevice, new DmaSegment[2]);
        Assert.Equal((MapStatus.Refused, RefusalReason.TooManySegments), (refused.Mapping.Status, refused.Refusal!.Reason));
        Assert.Equal((Verdict.Refused, Verdict.Direct, 1), (halves.Decision.Verdict, nic.Decision.Verdict, _places.Taken));
        nic.Unmap(live.Token);
    }

    [Fact]
    public void An_exporter_is_not_asked_for_frames_that_it_said_it_cannot_have()
    {
        using MoveScene scene = Scene(Given.Frames(0x1000, 32, 2));
        var mapper = new BounceMapper(new DirectMapper(scene.Device("one run", DmaConstraints.ContiguousOnly)), scene.Pool);
        Attachment one = scene.Come(mapper).Attachment!;
        using (scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access!) Assert.Equal(Verdict.Bounce, one.Decision.Verdict);
        PlacementDemand asked = Assert.Single(_places.Asked);
        Assert.True(_places.CanBack(asked));
        Assert.False(_places.CanBack(PlacementDemand.Of(one.Importer, Length)));
    }

    [Fact]
    public void What_was_asked_of_the_frames_is_told_also_after_others_came()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        PlacementDemand asked = scene.Buffer.Demand;
        MapResult live = MoveScene.Map(nic, DmaDirection.ToDevice);
        Assert.Equal(asked, scene.Buffer.Demand);
        AttachResult display = scene.TightThatCopies();
        Assert.Equal(Verdict.Bounce, display.Decision.Verdict);
        Assert.Equal(asked, scene.Buffer.Demand);
        Assert.NotEqual(asked, PlacementDemand.Meet(asked, PlacementDemand.Of(display.Attachment!.Importer, MoveScene.Length)));
        nic.Unmap(live.Token);
    }

    private MoveScene Scene(params Pfn[][] places) => new(exporter: inner => _places = new PlacesExporter(inner.Memory, Length, places));
}
