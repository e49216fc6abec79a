using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What the documents show is compiled and run here, letter for letter.</summary>
public class DocumentTests
{
    [Fact]
    public void The_example_of_the_README_does_what_it_says()
    {
        // <example>
        var machine = EmulatedMachine.WithRam(64L << 20);
        var iommu = new EmulatedIommu(machine);
        var nic = new DmaDevice("nic", new RequesterId(0, 3, 0), new DmaConstraints { MaxSegmentSize = 65536 });
        using var domain = new IommuDomain(machine, machine.Frames, iommu);
        var mapper = new IommuMapper(nic, domain);
        BusPort port = iommu.Connect(nic, domain);

        // Twenty frames from anywhere; 70,000 bytes that start 100 bytes into the first.
        var frames = new Pfn[20];
        if (!machine.Frames.TryAllocate(frames, PageSize.Size4K, default)) throw new InvalidOperationException("out of memory");
        var buffer = new PfnBuffer(frames, PageSize.Size4K, offset: 100, length: 70_000);

        // Map, let the device write, unmap: what it wrote is in memory, and it reaches it no more.
        Span<DmaSegment> segments = stackalloc DmaSegment[4];
        MapResult mapping = mapper.Map(buffer.View, DmaDirection.FromDevice, segments);
        if (!mapping.IsMapped) throw new InvalidOperationException(mapping.ToString());
        port.TryWrite(segments[0].Address, "hello"u8, out _);
        mapper.Unmap(mapping.Token);

        Span<byte> hello = stackalloc byte[5];
        machine.Read(buffer.View, 0, hello);
        bool faults = !port.TryWrite(segments[0].Address, "again"u8, out DmaFault fault);
        machine.Frames.Free(frames, PageSize.Size4K);
        // </example>

        Assert.True(hello.SequenceEqual("hello"u8));
        Assert.True(faults);
        Assert.StartsWith("00:03.0 write at 0x", fault.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(": NotMapped", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_sharing_page_does_what_it_says()
    {
        // <sharing>
        var machine = EmulatedMachine.WithRam(8L << 30);
        using var pool = new BouncePool(machine, machine.Frames, 4L << 20, Placement.Below(32)); // early, before memory fragments

        // A camera behind an IOMMU, and a display without one: 32 address lines, one segment, whatever it takes.
        var iommu = new EmulatedIommu(machine);
        using var domain = new IommuDomain(machine, machine.Frames, iommu);
        var camera = new DmaDevice("camera", new RequesterId(0, 2, 0));
        var display = new DmaDevice("display", new RequesterId(0, 4, 0), DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) });
        var cameraMapper = new IommuMapper(camera, domain);
        var displayMapper = new BounceMapper(new DirectMapper(display), pool);
        BusPort cameraPort = iommu.Connect(camera, domain), displayPort = BusPort.Direct(display, machine);

        // One buffer for both. No frames are chosen until somebody maps, so both wishes count.
        using var buffer = new SharedBuffer(new SystemMemoryExporter("frame", machine, 1_000_000));
        AttachResult cameraIn = buffer.Attach(cameraMapper);
        AttachResult displayIn = buffer.Attach(displayMapper, new Importer(displayMapper.Profile) { Access = MemoryAccess.Read });
        if (!cameraIn.IsAttached || !displayIn.IsAttached) throw new InvalidOperationException($"{cameraIn}; {displayIn}");

        // The camera writes, the display reads: each maps when it chooses.
        var segments = new DmaSegment[16];
        SharedMapResult dma = cameraIn.Attachment!.Map(0, buffer.Length, DmaDirection.FromDevice, segments);
        cameraPort.TryWrite(segments[0].Address, "picture"u8, out _);
        cameraIn.Attachment.Unmap(dma.Mapping.Token);

        dma = displayIn.Attachment!.Map(0, buffer.Length, DmaDirection.ToDevice, segments);
        var shown = new byte[7];
        displayPort.TryRead(segments[0].Address, shown, out _);
        displayIn.Attachment.Unmap(dma.Mapping.Token);
        // </sharing>

        Assert.Equal("picture"u8.ToArray(), shown);
        Assert.Equal(Verdict.Remap, cameraIn.Attachment.Decision.Verdict);
        Assert.Equal(Verdict.Direct, displayIn.Attachment.Decision.Verdict);
    }

    [Theory]
    [InlineData("README.md", 0, "DocumentTests.cs", "example")]
    [InlineData("docs/sharing.md", 0, "DocumentTests.cs", "sharing")]
    [InlineData("docs/late-devices.md", 0, "LateDeviceExample.cs", "movable")]
    [InlineData("docs/late-devices.md", 1, "LateDeviceExample.cs", "late")]
    [InlineData("docs/page-table-formats.md", 0, "FormatExample.cs", "format")]
    [InlineData("docs/late-devices.md", 2, "LateDeviceExample.cs", "declared")]
    [InlineData("docs/iommu-domains.md", 0, "DomainExample.cs", "lazy")]
    [InlineData("docs/iommu-domains.md", 1, "DomainExample.cs", "group")]
    [InlineData("docs/two-step-mapping.md", 0, "TwoStepExample.cs", "steps")]
    [InlineData("docs/bounce-pools.md", 0, "BounceExample.cs", "growing")]
    [InlineData("docs/bounce-pools.md", 1, "BounceExample.cs", "shortage")]
    [InlineData("docs/two-step-mapping.md", 1, "TwoStepExample.cs", "edges")]
    [InlineData("docs/two-step-mapping.md", 2, "TwoStepExample.cs", "waiting")]
    [InlineData("docs/metrics.md", 0, "MetricsExample.cs", "metrics")]
    [InlineData("docs/conformance-kit.md", 0, "ConformanceExample.cs", "theory")]
    [InlineData("docs/conformance-kit.md", 1, "ToyMapper.cs", "toy")]
    public void A_document_shows_the_example_that_is_tested(string document, int which, string file, string example)
    {
        string[] page = File.ReadAllLines(Path.Combine(Root(), document));
        string[] source = File.ReadAllLines(Path.Combine(Root(), "Conformance", "Tests", "Documents", file));
        IEnumerable<string> rest = page;
        for (int i = 0; i <= which; i++) rest = rest.SkipWhile(l => l != "```csharp").Skip(1);
        string[] shown = [.. rest.TakeWhile(l => l != "```").Select(l => l.Trim())];
        string[] tested = [.. source.SkipWhile(l => l.Trim() != $"// <{example}>").Skip(1).TakeWhile(l => l.Trim() != $"// </{example}>").Select(l => l.Trim())];
        if (tested.Length > 0 && tested[^1].Length == 0) tested = tested[..^1];
        Assert.NotEmpty(shown);
        Assert.Equal(tested, shown);
    }

    /// <summary>The repository, found from where the tests were built: paths in a CI build's sources are not real ones.</summary>
    internal static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "pfn-dma.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests are not run from inside the repository.");
    }
}
