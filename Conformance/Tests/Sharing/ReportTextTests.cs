using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Reports for people, to the letter: what is there stands in them, and what is not does not.</summary>
public class ReportTextTests
{
    [Fact]
    public void A_buffer_that_nobody_uses_has_no_tables()
    {
        using var scene = new MoveScene();
        Assert.Equal(
            """
            memory: 20,580 bytes of PageBacked memory
              policy:      move, bounce
              backing:     none chosen yet
              demand:      any frames
              constraints: no limit
              attached:    nobody
              in use:      nothing
            """,
            scene.Buffer.Report().ToString());
    }

    [Fact]
    public void What_each_device_declared_and_what_each_use_holds_stands_in_aligned_columns()
    {
        using var backing = new PfnBuffer(Given.Frames(0x1000, 6, 2), PageSize.Size4K);
        using var scene = new MoveScene(exporter: inner => new FixedExporter(inner.Memory, backing));
        Attachment nic = scene.Anything(movable: new Obedient()), gpu = scene.Raw().Attachment!;
        var mapper = new BounceMapper(new DirectMapper(scene.Device("codec", default)), scene.Pool, BounceMode.Everything);
        Attachment codec = scene.Come(mapper, importer => new Importer(importer) { TakesTurns = true }).Attachment!;
        var usb = new IommuMapper(new DmaDevice("usb", new RequesterId(9), new DmaConstraints { MaxSegmentCount = 9 }) { IsTrusted = false }, scene.Domain);
        Assert.True(scene.Come(usb, importer => new Importer(importer) { Access = MemoryAccess.Read, MapsWindows = true, ZeroCopyOnly = true, NeedsPages = true }).IsAttached);

        SharedMapResult lines = nic.MapPlane(new Plane(0, 64, 1000, 3), 0, DmaDirection.FromDevice, new DmaSegment[3]);
        SharedMapResult raw = gpu.TakePfns(4096, 8192, DmaDirection.ToDevice, out _), copies = codec.Map(12288, 12288, DmaDirection.Bidirectional, new DmaSegment[3]);
        Assert.True(codec.BeginAccess(copies.Mapping.Token, 10, 2, MemoryAccess.Read).HasBegun);
        Assert.True(codec.BeginAccess(copies.Mapping.Token, 4096, 100, MemoryAccess.Write).HasBegun);
        using (scene.Buffer.BeginCpuAccess(100, 7, MemoryAccess.ReadWrite).Access!)
        {
            SharedBufferReport report = scene.Buffer.Report();
            Assert.Equal(
                $"""
                fixed: 24,576 bytes of PageBacked memory
                  policy:      move, bounce
                  backing:     6 frames of 4K in 6 runs: pfn 0x1000 x 1, pfn 0x1002 x 1, pfn 0x1004 x 1, pfn 0x1006 x 1, ...
                  demand:      {report.Demand}
                  constraints: at most 9 segments
                  attached:    4 devices
                    device  bus      verdict  addresses   declares                                                       constraints
                    nic     00:00.1  Direct   Direct      reads and writes, movable                                      no limit
                    gpu     00:00.2  Direct   Direct      reads and writes, raw pfns                                     no limit
                    codec   00:00.3  Bounce   Direct      reads and writes, takes turns, bounces up to 1,048,576 bytes   no limit
                    usb     00:01.1  Remap    Translated  reads, maps windows, zero copy only, needs pages, not trusted  at most 9 segments
                  in use:      4 uses
                    by       as                                                   from byte   bytes  access            copied bytes  open turns
                    nic      mapping of 3 lines of 64 bytes, stride 1000, from 0          0     192  writes                       0  none
                    the CPU  CPU access                                                 100       7  reads and writes             0  none
                    gpu      raw pfns                                                 4,096   8,192  reads                        0  none
                    codec    mapping                                                 12,288  12,288  reads and writes        12,288  10 + 2 read, 4096 + 100 written
                """,
                report.ToString());
        }

        nic.Revoke();
        string[] text = scene.Buffer.Report().ToString().Split('\n');
        Assert.DoesNotContain("revoked", text[0], StringComparison.Ordinal);
        Assert.Equal(["nic", "nic"], text.Where(line => line.Contains(", revoked", StringComparison.Ordinal)).Select(line => line.TrimStart().Split(' ')[0]));
        nic.Unmap(lines.Mapping.Token);
        gpu.PutBack(raw.Mapping.Token);
        codec.Unmap(copies.Mapping.Token);
    }

    [Fact]
    public void One_is_told_as_one_and_lines_are_not_broken_by_names()
    {
        using var scene = new MoveScene();
        Attachment evil = scene.Anything("line\nbreak\u2028");
        MapResult live = MoveScene.Map(evil);
        string[] text = scene.Buffer.Report().ToString().Split('\n');
        Assert.Contains("  attached:    1 device", text);
        Assert.Contains("  in use:      1 use", text);
        Assert.Equal(2, text.Count(line => line.StartsWith("    line?break?  ", StringComparison.Ordinal)));
        Assert.StartsWith("  backing:     6 frames of 4K in 1 run: pfn 0x", text[2], StringComparison.Ordinal);
        evil.Unmap(live.Token);
    }

    [Fact]
    public void Who_was_told_to_stop_is_marked_while_a_move_waits()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything(movable: told);
        scene.Anything("idle");
        MapResult live = MoveScene.Map(nic);
        string[] text = [];
        told.OnStop = notice =>
        {
            text = scene.Buffer.Report().ToString().Split('\n');
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };
        Assert.True(scene.Buffer.Move().HasMoved);
        Assert.StartsWith("    nic     00:00.1  Direct, told to stop  Direct ", Assert.Single(text, line => line.Contains("told to stop", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(text, line => line.StartsWith("  moving:      for the exporter, to 6 frames", StringComparison.Ordinal));
        Assert.DoesNotContain("moving", scene.Buffer.Report().ToString(), StringComparison.Ordinal);
        nic.Unmap(live.Token);
    }

    [Theory]
    [InlineData(1, 1, 1, "1 frame of 4K in 1 run: pfn 0x1000 x 1")]
    [InlineData(6, 1, 1, "6 frames of 4K in 1 run: pfn 0x1000 x 6")]
    [InlineData(4, 2, 4, "4 frames of 4K in 4 runs: pfn 0x1000 x 1, pfn 0x1002 x 1, pfn 0x1004 x 1, pfn 0x1006 x 1")]
    [InlineData(5, 2, 4, "5 frames of 4K in 5 runs: pfn 0x1000 x 1, pfn 0x1002 x 1, pfn 0x1004 x 1, pfn 0x1006 x 1, ...")]
    public void Of_many_runs_the_first_four_are_told(int frames, int step, int told, string text)
    {
        using var backing = new PfnBuffer(Given.Frames(0x1000, frames, step), PageSize.Size4K);
        using var buffer = new SharedBuffer(new FixedExporter(EmulatedMachine.WithRam(64 << 20), backing));
        buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access!.Dispose();
        BackingReport report = buffer.Report().Backing!;
        Assert.Equal(text, report.ToString());
        Assert.Equal(told, report.FirstRuns.Count);
        Assert.Equal(backing.RunCount, report.RunCount);
    }

    [Fact]
    public void A_directory_counts_its_buffers_and_those_that_have_frames()
    {
        var machine = EmulatedMachine.WithRam(16 << 20);
        var directory = new SharedBufferDirectory();
        using SharedBuffer a = Of("a", 4096), b = Of("b", 100), c = Of("c", 1);
        directory.Add(a);
        Assert.Equal(1, directory.Count);
        Assert.StartsWith("1 shared buffer, 4,096 bytes; 0 with frames\n\na: ", directory.Report().ToString(), StringComparison.Ordinal);
        directory.Add(b);
        directory.Add(c);
        b.BeginCpuAccess(0, 1, MemoryAccess.Read).Access!.Dispose();
        Assert.Equal(3, directory.Count);
        Assert.StartsWith("3 shared buffers, 4,197 bytes; 1 with frames\n\na: ", directory.Report().ToString(), StringComparison.Ordinal);
        b.Dispose();
        Assert.Equal(2, directory.Count);

        SharedBuffer Of(string name, long length) => new(new SystemMemoryExporter(name, machine, length));
    }

    [Fact]
    public void Json_text_is_indented()
    {
        using var scene = new MoveScene();
        string[] lines = scene.Buffer.Report().ToJson().Split('\n');
        Assert.Equal("{", lines[0].TrimEnd());
        Assert.StartsWith("  \"exporter\": \"memory\"", lines[1], StringComparison.Ordinal);
    }
}
