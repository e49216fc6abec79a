using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A directory lists the buffers that were added and are not disposed.</summary>
public class DirectoryTests
{
    [Fact]
    public void A_buffer_is_in_it_from_being_added_until_it_is_disposed()
    {
        var machine = EmulatedMachine.WithRam(16L << 20);
        SharedBufferDirectory directory = new(), other = new();
        SharedBuffer first = Of(machine, "first", 4096), second = Of(machine, "second", 100);
        Assert.Equal("0 shared buffers, 0 bytes; 0 with frames", directory.Report().ToString());
        directory.Add(first);
        directory.Add(second);
        other.Add(second);
        Assert.Throws<ArgumentException>(() => directory.Add(first));
        Assert.Throws<ArgumentNullException>(() => directory.Add(null!));
        second.BeginCpuAccess(0, 1, MemoryAccess.Read).Access!.Dispose();

        SharedBufferDirectoryReport report = directory.Report();
        Assert.Equal(["first", "second"], report.Buffers.Select(one => one.Exporter));
        Assert.Equal(4196, report.TotalBytes);
        Assert.StartsWith("2 shared buffers, 4,196 bytes; 1 with frames\n\nfirst: ", report.ToString(), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(4196, json.RootElement.GetProperty("totalBytes").GetInt64());
        Assert.Equal(["first", "second"], json.RootElement.GetProperty("buffers").EnumerateArray().Select(one => one.GetProperty("exporter").GetString()));

        first.Dispose();
        Assert.Equal(["second"], directory.Report().Buffers.Select(one => one.Exporter));
        second.Dispose();
        Assert.Equal((0, 0), (directory.Count, other.Count));
        Assert.Throws<ObjectDisposedException>(() => directory.Add(first));
        Assert.Equal(0, directory.Count);
    }

    [Fact]
    public void Disposing_that_fails_leaves_the_buffer_in_it()
    {
        var machine = EmulatedMachine.WithRam(16L << 20);
        var directory = new SharedBufferDirectory();
        SharedBuffer buffer = Of(machine, "held", 4096);
        directory.Add(buffer);
        CpuAccess cpu = buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access!;
        Assert.Throws<InvalidOperationException>(buffer.Dispose);
        Assert.Equal("the CPU", directory.Report().Buffers.Single().Uses.Single().Owner);
        cpu.Dispose();
        buffer.Dispose();
        Assert.Equal(0, directory.Count);
    }

    [Fact]
    public void A_buffer_that_is_forgotten_is_still_seen()
    {
        var directory = new SharedBufferDirectory();
        Forget(directory);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal("forgotten", directory.Report().Buffers.Single().Exporter);

        static void Forget(SharedBufferDirectory directory) => directory.Add(Of(EmulatedMachine.WithRam(16L << 20), "forgotten", 4096));
    }

    [Fact]
    public async Task Reports_agree_with_themselves_while_many_threads_come_and_go()
    {
        var machine = EmulatedMachine.WithRam(256L << 20);
        var directory = new SharedBufferDirectory();
        using var stop = new CancellationTokenSource();
        Task[] workers = [.. Enumerable.Range(0, 3).Select(worker => Task.Factory.StartNew(() => Work(machine, directory, worker, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        int seen = 0;
        var clock = Stopwatch.StartNew();
        for (int i = 0; (i < 40 || seen < 10) && clock.Elapsed < TimeSpan.FromSeconds(30); i++)
        {
            SharedBufferDirectoryReport report = directory.Report();
            foreach (SharedBufferReport one in report.Buffers) Check(one);
            seen += report.Buffers.Sum(one => one.Uses.Count);
            using JsonDocument json = JsonDocument.Parse(report.ToJson());
            Assert.Equal(report.Buffers.Count, json.RootElement.GetProperty("buffers").GetArrayLength());
            Assert.NotEmpty(report.ToString());
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        Assert.True(seen > 0, "nothing was ever in use");
        Assert.Equal(0, directory.Count);
    }

    /// <summary>What holds at every moment: uses belong to who is attached, and are counted alike; constraints are those of all.</summary>
    private static void Check(SharedBufferReport report)
    {
        foreach (AttachmentReport one in report.Attachments) Assert.Equal(one.LiveUses, report.Uses.Count(use => use.Owner == one.Name));
        Assert.Equal(report.Uses.Count, report.Attachments.Sum(one => one.LiveUses));
        DmaConstraints merged = default;
        foreach (AttachmentReport one in report.Attachments) merged = DmaConstraints.Meet(merged, one.Importer.Profile.Device.Constraints);
        Assert.Equal(merged, report.Constraints);
        if (report.Backing is null) Assert.Empty(report.Uses);
        Assert.All(report.Attachments, one => Assert.Equal(report.Backing is null, one.Decision.Verdict == Verdict.Admitted));
    }

    private static void Work(EmulatedMachine machine, SharedBufferDirectory directory, int worker, CancellationToken stop)
    {
        var segments = new DmaSegment[16];
        do
        {
            using SharedBuffer buffer = Of(machine, $"buffer {worker}", 65536);
            directory.Add(buffer);
            var attached = new List<Attachment>();
            for (int i = 0; i < 3; i++)
            {
                var device = new DmaDevice($"device {i}", new RequesterId((ushort)i), new DmaConstraints { MaxSegmentSize = 65536 << i });
                attached.Add(buffer.Attach(new DirectMapper(device)).Attachment!);
            }

            foreach (Attachment one in attached)
            {
                SharedMapResult mapped = one.Map(0, 4096, DmaDirection.ToDevice, segments);
                if (!mapped.IsMapped) throw new InvalidOperationException(mapped.ToString());
                SharedBufferReport own = buffer.Report();
                if (own.Uses.Single().Owner != one.Name) throw new InvalidOperationException(own.ToString());
                one.Unmap(mapped.Mapping.Token);
                one.Detach();
            }
        }
        while (!stop.IsCancellationRequested);
    }

    private static SharedBuffer Of(EmulatedMachine machine, string name, long length) => new(new SystemMemoryExporter(name, machine, length));
}
