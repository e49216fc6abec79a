using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Why a range of a buffer cannot be mapped, told by its plan before it is tried: the status, and no frame that it would be about.</summary>
public class PlanRefusalTests
{
    [Fact]
    public void A_plan_for_no_frames_or_for_nobody_is_about_no_frame()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        Check(MapStatus.NoBacking, nic.Plan(0, 1, DmaDirection.ToDevice));
        nic.Unmap(MoveScene.Map(nic).Token);
        nic.Revoke();
        Check(MapStatus.Revoked, nic.Plan(0, 1, DmaDirection.ToDevice));
    }

    [Fact]
    public void A_plan_while_the_device_is_to_stop_says_that_the_bytes_move()
    {
        using var scene = new MoveScene();
        MapPlan plan = default;
        var told = new Obedient();
        Attachment nic = scene.Anything("nic", told);
        MapResult live = MoveScene.Map(nic);
        told.OnStop = notice =>
        {
            plan = nic.Plan(0, 1, DmaDirection.ToDevice);
            nic.ConfirmStopped(notice.Token);
        };
        Assert.True(scene.Buffer.Move().HasMoved);
        Check(MapStatus.Moving, plan);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_plan_of_what_would_diverge_is_about_no_frame()
    {
        using var scene = new PatchScene("c");
        MappingToken written = scene.Write(0).Mapping.Token;
        Check(MapStatus.WouldDiverge, scene.Copies.Plan(0, PatchScene.Frame, DmaDirection.ToDevice));
        scene.Writer.Unmap(written);
    }

    [Fact]
    public void Who_is_not_served_where_the_frames_are_is_told_why_in_mapping_too()
    {
        // An exporter that has only frames out of reach, and says otherwise.
        var machine = EmulatedMachine.WithRam(6L << 30);
        using var frames = new PfnBuffer(Given.Frames(0x12_0000, 2), PageSize.Size4K);
        using var buffer = new SharedBuffer(new FixedExporter(machine, frames));
        Attachment isa = buffer.Attach(new DirectMapper(new DmaDevice("isa", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) }))).Attachment!;
        SharedMapResult refused = isa.Map(0, 1, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal((MapStatus.Refused, Verdict.Refused), (refused.Mapping.Status, isa.Decision.Verdict));
        Assert.Same(isa.Decision.Refusal, refused.Refusal);
        Check(MapStatus.Refused, isa.Plan(0, 1, DmaDirection.ToDevice));
        Assert.Equal(0, buffer.LiveUses);
    }

    private static void Check(MapStatus status, in MapPlan plan) => Assert.Equal((status, -1, 0L), (plan.Status, plan.FailedFrame, plan.Length));
}
