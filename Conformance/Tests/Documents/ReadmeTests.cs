using System;
using System.IO;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What the README shows is compiled and run here, letter for letter.</summary>
public class ReadmeTests
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
        machine.Frames.TryAllocate(frames, PageSize.Size4K, default);
        using var buffer = new PfnBuffer(frames, PageSize.Size4K, offset: 100, length: 70_000);

        // Map, let the device write, unmap: what it wrote is in memory, and it reaches it no more.
        Span<DmaSegment> segments = stackalloc DmaSegment[4];
        MapResult mapping = mapper.Map(buffer.View, DmaDirection.FromDevice, segments);
        if (!mapping.IsMapped) throw new InvalidOperationException(mapping.ToString());
        port.TryWrite(segments[0].Address, "hello"u8, out _);
        mapper.Unmap(mapping.Token);

        Span<byte> hello = stackalloc byte[5];
        machine.Read(buffer.View, 0, hello);
        bool faults = !port.TryWrite(segments[0].Address, "again"u8, out DmaFault fault);
        // </example>

        Assert.True(hello.SequenceEqual("hello"u8));
        Assert.True(faults);
        Assert.StartsWith("00:03.0 write at 0x", fault.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(": NotMapped", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_README_shows_the_example_that_is_tested()
    {
        string[] readme = File.ReadAllLines(Path.Combine(Root(), "README.md"));
        string[] source = File.ReadAllLines(Path.Combine(Root(), "Conformance", "Tests", "Documents", "ReadmeTests.cs"));
        string[] shown = [.. readme.SkipWhile(l => l != "```csharp").Skip(1).TakeWhile(l => l != "```").Select(l => l.Trim())];
        string[] tested = [.. source.SkipWhile(l => l.Trim() != "// <example>").Skip(1).TakeWhile(l => l.Trim() != "// </example>").Select(l => l.Trim())];
        Assert.NotEmpty(shown);
        Assert.Equal(tested, shown);
    }

    /// <summary>The repository, found from where the tests were built: paths in a CI build's sources are not real ones.</summary>
    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "pfn-dma.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests are not run from inside the repository.");
    }
}
