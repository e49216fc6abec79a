using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is told before anything is built (T10), against what happens when it is.</summary>
public class SharingAdviceTests
{
    private const ulong Bar = 0x2_0000_0000;

    [Fact]
    public void The_exporter_that_serves_all_without_copies_comes_first()
    {
        var machine = new EmulatedMachine(
            new MemoryRegion(new PhysicalAddress(16 << 20), 16 << 20, MemoryKind.PageBacked),
            new MemoryRegion(new PhysicalAddress(1UL << 32), 64 << 20, MemoryKind.PageBacked),
            new MemoryRegion(new PhysicalAddress(Bar), 1 << 20, MemoryKind.Mmio));
        var high = new FrameAllocator(new PhysicalAddress(1UL << 32), 64 << 20);
        IExporter[] exporters =
        [
            new SystemMemoryExporter("high memory", machine, high, 65536),
            new FixedMemoryExporter("bar", machine, new PhysicalAddress(Bar), 65536),
            new ContiguousPoolExporter("low pool", machine, new FrameAllocator(new PhysicalAddress(16 << 20), 16 << 20), 65536),
        ];
        var display = new DmaDevice("display", new RequesterId(1), DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) });
        var camera = new DmaDevice("camera", new RequesterId(2));
        Importer[] importers =
        [
            new Importer(new MapperProfile(display, Addressing.Direct) { BounceCapacity = 1 << 20 }),
            new Importer(new MapperProfile(camera, Addressing.Translated)) { NeedsPages = true },
        ];
        IReadOnlyList<SharingOption> options = SharingAdvice.For(exporters, importers);
        Assert.Equal(["low pool", "high memory", "low pool", "bar"], options.Select(option => option.Exporter.Name));
        Assert.Equal((0L, 2L, 1), (options[0].BouncedBytes, options[0].Segments, options[0].MovesIfLate));
        Assert.Equal([Verdict.Remap, Verdict.Direct], options[0].Importers.Select(one => one.Verdict));
        Assert.Equal((65536L, 2L), (options[1].BouncedBytes, options[1].Segments));
        Assert.False(options[3].ServesAll);
        Assert.Equal(RefusalReason.NoPages, options[3].Importers[0].Cause!.Reason);
        Assert.Contains("camera", options[3].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Those_who_cannot_share_are_named()
    {
        EmulatedMachine machine = EmulatedMachine.WithRam(6L << 30);
        var above = new DmaDevice("above", new RequesterId(1), new DmaConstraints { Window = new DmaWindow(new DmaAddress(1UL << 32), new DmaAddress(ulong.MaxValue)) });
        var below = new DmaDevice("below", new RequesterId(2), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        SharingOption option = Assert.Single(SharingAdvice.For(
            [new SystemMemoryExporter("memory", machine, 4096)],
            [new Importer(new MapperProfile(above, Addressing.Direct)), new Importer(new MapperProfile(below, Addressing.Direct))]));
        Assert.False(option.ServesAll);
        Assert.All(option.Importers, one => Assert.Equal(RefusalReason.NoCommonBacking, one.Cause!.Reason));
    }

    [Fact]
    public void What_is_told_is_kept()
    {
        Law<ShareCase> law = new("what is told before anything is built is kept", ShareCase.Cases, one =>
        {
            var world = new ShareWorld(one with { LongestRun = 0 });
            (IDmaMapper Mapper, Importer Importer)[] devices = [.. Enumerable.Range(0, one.Devices.Length).Select(i => world.Make(one.Devices[i], one.NameOf(i)))];
            SharingOption told = SharingAdvice.For([new SystemMemoryExporter("memory", world.Memory, world.Frames, one.Length)], [.. devices.Select(device => device.Importer)])[0];
            AttachResult[] results = [.. devices.Select(device => world.Buffer.Attach(device.Mapper, device.Importer))];
            if (told.ServesAll != results.All(result => result.IsAttached)) return $"told: {told}; attached: {string.Join("; ", results)}";
            if (!told.ServesAll) return null;
            foreach ((AttachResult result, int i) in results.Select((result, i) => (result, i)))
            {
                ImporterForecast forecast = told.Importers.Single(other => other.Name == one.NameOf(i));
                SharedMapResult mapped = result.Attachment!.Map(0, one.Length, DmaDirection.ToDevice, new DmaSegment[2048]);
                if (!mapped.IsMapped) return mapped.Mapping.Status == MapStatus.NoBacking ? null : mapped.ToString();
                if (mapped.Mapping.BouncedBytes > forecast.BouncedBytes) return $"{forecast.Name} was told {forecast.BouncedBytes} bytes, {mapped.Mapping} come";
                if (mapped.Mapping.SegmentCount > forecast.Segments) return $"{forecast.Name} was told {forecast.Segments} segments, {mapped.Mapping} come";
                if (result.Attachment.Decision.Verdict != forecast.Verdict && forecast.Verdict != Verdict.Bounce) return $"{forecast.Name} was told {forecast.Verdict}, and is {result.Attachment.Decision}";
                result.Attachment.Unmap(mapped.Mapping.Token);
            }

            return null;
        });
        law.Check(300);
    }
}
