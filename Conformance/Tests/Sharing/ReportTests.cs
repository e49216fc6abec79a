using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A report names what there is, in every state that a buffer can be in, and changes none of it.</summary>
public class ReportTests
{
    [Fact]
    public void A_buffer_without_frames_has_wishes_and_nothing_else()
    {
        using var scene = new MoveScene(new SharingPolicy { AllowsMove = false });
        Attachment display = scene.Tight().Attachment!;
        SharedBufferReport report = scene.Buffer.Report();
        Assert.Equal(("memory", MemoryKind.PageBacked, MoveScene.Length), (report.Exporter, report.Kind, report.Length));
        Assert.Same(scene.Buffer.Policy, report.Policy);
        Assert.Null(report.Backing);
        Assert.Null(report.Move);
        Assert.Empty(report.Uses);
        Assert.Equal((scene.Buffer.Demand, scene.Buffer.CurrentConstraints), (report.Demand, report.Constraints));
        AttachmentReport one = Assert.Single(report.Attachments);
        Assert.Equal(("display", Verdict.Admitted, 0, false), (one.Name, one.Decision.Verdict, one.LiveUses, one.IsToldToStop));
        Assert.Same(display.Importer, one.Importer);
        Assert.Null(scene.Buffer.Backing);
        Assert.Contains("none chosen yet", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("nothing", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mappings_pfns_and_the_cpu_are_named_with_what_they_do()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything(), gpu = scene.Raw().Attachment!;
        MapResult mapped = MoveScene.Map(nic, DmaDirection.FromDevice);
        SharedMapResult raw = gpu.TakePfns(4096, 8192, DmaDirection.ToDevice, out _);
        using (scene.Buffer.BeginCpuAccess(100, 7, MemoryAccess.ReadWrite).Access!)
        {
            SharedBufferReport report = scene.Buffer.Report();
            Assert.Equal(
                [("nic", HoldingKind.Mapping, 0L, MoveScene.Length, MemoryAccess.Write), ("the CPU", HoldingKind.CpuAccess, 100, 7, MemoryAccess.ReadWrite), ("gpu", HoldingKind.Pfns, 4096, 8192, MemoryAccess.Read)],
                report.Uses.Select(use => (use.Owner, use.Kind, use.Offset, use.Length, use.Access)));
            Assert.All(report.Uses, use => Assert.Equal(0, use.BouncedBytes));
            Assert.Equal([("nic", Verdict.Direct, 1), ("gpu", Verdict.Direct, 1)], report.Attachments.Select(one => (one.Name, one.Decision.Verdict, one.LiveUses)));
            PfnBuffer frames = scene.Buffer.Backing!;
            Assert.Equal((6, PageSize.Size4K, frames.RunCount, 0L), (report.Backing!.FrameCount, report.Backing.PageSize, report.Backing.RunCount, report.Backing.Offset));
            Assert.Equal(frames.View.Frames[0], report.Backing.FirstRuns[0].Start);
        }

        gpu.PutBack(raw.Mapping.Token);
        nic.Unmap(mapped.Token);
        Assert.Empty(scene.Buffer.Report().Uses);
        Assert.NotNull(scene.Buffer.Report().Backing);
    }

    [Fact]
    public void Copies_and_open_turns_are_counted()
    {
        using var scene = new MoveScene();
        var mapper = new BounceMapper(new DirectMapper(scene.Device("codec", default)), scene.Pool, BounceMode.Everything);
        Attachment codec = scene.Come(mapper, importer => new Importer(importer) { TakesTurns = true }).Attachment!;
        MapResult mapped = MoveScene.Map(codec);
        AccessTurn turn = codec.BeginAccess(mapped.Token, 10, 4096, MemoryAccess.Write).Turn;
        UseReport use = Assert.Single(scene.Buffer.Report().Uses);
        Assert.Equal((MoveScene.Length, MemoryAccess.ReadWrite), (use.BouncedBytes, use.Access));
        TurnReport open = Assert.Single(use.OpenTurns);
        Assert.Equal((10L, 4096L, true), (open.Offset, open.Length, open.Writes));
        codec.EndAccess(turn);
        Assert.Empty(scene.Buffer.Report().Uses[0].OpenTurns);
        codec.Unmap(mapped.Token);
    }

    [Fact]
    public void Who_is_refused_or_detached_is_not_listed_and_constraints_follow()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        MapResult live = MoveScene.Map(nic);
        Assert.False(scene.Tight().IsAttached);
        SharedBufferReport report = scene.Buffer.Report();
        Assert.Equal(["nic"], report.Attachments.Select(one => one.Name));
        Assert.Equal(DmaConstraints.None, report.Constraints);
        nic.Unmap(live.Token);

        AttachResult display = scene.Tight();
        Assert.Equal(1, scene.Buffer.Report().Constraints.MaxSegmentCount);
        Assert.Equal(Verdict.Direct, scene.Buffer.Report().Attachments[1].Decision.Verdict);
        display.Attachment!.Detach();
        Assert.Equal(DmaConstraints.None, scene.Buffer.Report().Constraints);

        // A report is of its moment.
        Assert.Single(report.Uses);
    }

    [Fact]
    public void A_move_that_waits_is_told_with_those_it_waits_for()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything(movable: told);
        MapResult live = MoveScene.Map(nic);
        SharedBufferReport? before = null, after = null;
        told.OnStop = notice =>
        {
            before = scene.Buffer.Report();
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
            after = scene.Buffer.Report();
        };
        Assert.True(scene.Tight().IsAttached);
        Assert.Equal(("display", 1), (before!.Move!.Newcomer, before.Move.Target.RunCount));
        Assert.Equal(["nic"], before.Move.Holders);
        Assert.Equal(["nic"], before.Move.NotStopped);
        Assert.True(before.Attachments[0].IsToldToStop);
        Assert.Empty(after!.Move!.NotStopped);
        Assert.Contains("for display, to 6 frames", before.ToString(), StringComparison.Ordinal);
        Assert.Contains("nic has not stopped", before.ToString(), StringComparison.Ordinal);
        SharedBufferReport now = scene.Buffer.Report();
        Assert.Null(now.Move);
        Assert.Equal(before.Move.Target.FirstRuns[0].Start, now.Backing!.FirstRuns[0].Start);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void The_text_is_aligned_and_no_name_can_break_its_lines()
    {
        using var scene = new MoveScene();
        Attachment evil = scene.Anything("line\nbreak\u2028");
        Attachment camera = scene.BehindIommu().Attachment!;
        MapResult a = MoveScene.Map(evil, DmaDirection.ToDevice), b = MoveScene.Map(camera, DmaDirection.FromDevice);
        string[] lines = scene.Buffer.Report().ToString().Split('\n');
        Assert.StartsWith("memory: 20,580 bytes of PageBacked memory", lines[0], StringComparison.Ordinal);
        Assert.Equal(13, lines.Length);
        string[] devices = [.. lines.Where(line => line.Contains("verdict", StringComparison.Ordinal) || line.Contains("Direct", StringComparison.Ordinal) || line.Contains("Remap", StringComparison.Ordinal))];
        Assert.Equal(3, devices.Length);
        Assert.Single(devices.Select(line => line.IndexOfAny(['v', 'D', 'R'], 20)).Distinct());
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
        evil.Unmap(a.Token);
        camera.Unmap(b.Token);
    }

    [Fact]
    public void A_plane_is_told_as_its_lines()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything();
        var plane = new Plane(100, 64, 1000, 5);
        SharedMapResult rest = nic.MapPlane(plane, 70, DmaDirection.ToDevice, new DmaSegment[8]);
        Assert.True(rest.IsMapped, rest.ToString());
        UseReport use = Assert.Single(scene.Buffer.Report().Uses);
        Assert.Equal((plane, 1106L, 250L), (use.Plane, use.Offset, use.Length));
        Assert.Contains("mapping of 5 lines of 64 bytes, stride 1000", scene.Buffer.Report().ToString(), StringComparison.Ordinal);
        nic.Unmap(rest.Mapping.Token);
    }

    [Fact]
    public void What_was_revoked_says_so_until_it_is_given_up()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything(), codec = scene.TightThatCopies("codec").Attachment!;
        MapResult live = MoveScene.Map(nic), other = MoveScene.Map(codec);
        nic.Revoke();
        SharedBufferReport report = scene.Buffer.Report();
        Assert.False(report.IsRevoked);
        Assert.Equal([true, false], report.Attachments.Select(one => one.IsRevoked));
        Assert.Equal([("codec", false), ("nic", true)], report.Uses.Select(use => (use.Owner, use.IsRevoked)));
        scene.Buffer.Revoke();
        report = scene.Buffer.Report();
        Assert.True(report.IsRevoked);
        Assert.Equal([(true, 0L), (true, 0L)], report.Uses.Select(use => (use.IsRevoked, use.BouncedBytes)));
        Assert.Contains("PageBacked memory, revoked", report.ToString(), StringComparison.Ordinal);
        codec.Unmap(other.Token);
        nic.Unmap(live.Token);
        Assert.Empty(scene.Buffer.Report().Uses);
    }

    [Fact]
    public void A_disposed_buffer_has_no_report()
    {
        var scene = new MoveScene();
        scene.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scene.Buffer.Report());
    }
}
