using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Memory that is where it is: one range of one kind, given to one buffer at a time.</summary>
public class FixedMemoryExporterTests
{
    private const ulong Bar = 0x1_0000, Ram = 0x2_0000;

    private readonly EmulatedMachine _machine = new(
        new MemoryRegion(new PhysicalAddress(Bar), 4 * 4096, MemoryKind.Mmio),
        new MemoryRegion(new PhysicalAddress(Ram), 4 * 4096, MemoryKind.PageBacked));

    [Theory]
    [InlineData(Bar + 2048, 4096, "start")]
    [InlineData(Bar, 0, "length")]
    [InlineData(Bar, -1, "length")]
    [InlineData(Bar, (1L << 43) - 4095, "length")]
    public void A_start_inside_a_frame_and_a_length_that_no_array_holds_are_out_of_range(ulong start, long length, string parameter)
        => Assert.Throws<ArgumentOutOfRangeException>(parameter, () => Of(start, length));

    [Theory]
    [InlineData(Bar, (4 * 4096) + 1)]
    [InlineData(Bar + 8192, 3 * 4096)]
    [InlineData(Ram + 8192, 3 * 4096)]
    [InlineData(0x4_0000ul, 4096)]
    [InlineData(Bar - 4096, 8192)]
    public void A_range_that_is_absent_or_not_all_of_one_kind_is_refused(ulong start, long length)
        => Assert.Throws<ArgumentException>(nameof(start), () => Of(start, length));

    [Fact]
    public void It_has_a_name_and_a_memory()
    {
        Assert.Throws<ArgumentException>("name", () => new FixedMemoryExporter(" ", _machine, new PhysicalAddress(Bar), 4096));
        Assert.Throws<ArgumentException>("name", () => new FixedMemoryExporter(null!, _machine, new PhysicalAddress(Bar), 4096));
        Assert.Throws<ArgumentNullException>("memory", () => new FixedMemoryExporter("bar", null!, new PhysicalAddress(Bar), 4096));
        FixedMemoryExporter exporter = Of(Bar, 100);
        Assert.Equal(("fixed", 100L, MemoryKind.Mmio), (exporter.Name, exporter.Length, exporter.Kind));
        Assert.Same(_machine, exporter.Memory);
    }

    [Theory]
    [InlineData(Bar, 1)]
    [InlineData(Bar, 4 * 4096)]
    [InlineData(Bar + 8192, 2 * 4096)]
    [InlineData(Ram + 4096, 3 * 4096)]
    public void A_range_may_begin_and_end_anywhere_in_a_region(ulong start, long length) => Assert.True(Of(start, length).CanBack(default));

    [Fact]
    public void A_range_may_have_as_many_frames_as_an_array()
    {
        const long Longest = (1L << 43) - 4096;
        var exporter = new FixedMemoryExporter("endless", new Endless(), default, Longest);
        Assert.Equal(Longest, exporter.Length);
        Assert.True(exporter.CanBack(default));
    }

    [Theory]
    [InlineData(Bar, false)]
    [InlineData(Ram, true)]
    public void It_backs_what_its_kind_and_place_allow(ulong start, bool hasPages)
    {
        FixedMemoryExporter exporter = Of(start, 2 * 4096);
        Assert.True(exporter.CanBack(new PlacementDemand { Contiguous = true, Placement = new Placement { First = new PhysicalAddress(start), Last = new PhysicalAddress(start + 8191) } }));
        Assert.Equal(hasPages, exporter.CanBack(new PlacementDemand { NeedsPages = true }));
        Assert.False(exporter.CanBack(PlacementDemand.Bottom));
        Assert.False(exporter.CanBack(new PlacementDemand { Placement = new Placement { Last = new PhysicalAddress(start + 8190) } }));
        Assert.False(exporter.TryBack(PlacementDemand.Bottom, out PfnBuffer? none));
        Assert.Null(none);
    }

    [Fact]
    public void It_is_given_to_one_buffer_until_that_gives_it_back()
    {
        FixedMemoryExporter exporter = Of(Bar, (3 * 4096) + 5);
        Assert.True(exporter.TryBack(default, out PfnBuffer? first));
        Assert.Equal(Given.Frames(Bar >> 12, 4), first!.View.Frames.ToArray());
        Assert.Equal((exporter.Length, 0L), (first.Length, first.Offset));
        Assert.False(exporter.TryBack(default, out PfnBuffer? second));
        Assert.Null(second);
        Assert.Throws<ArgumentNullException>("backing", () => exporter.Release(null!));
        Assert.False(exporter.TryBack(default, out _));

        exporter.Release(first);
        Assert.Throws<ObjectDisposedException>(() => first.View.Length);
        Assert.True(exporter.TryBack(default, out second));
        Assert.Equal(4, second!.FrameCount);
    }

    private FixedMemoryExporter Of(ulong start, long length) => new("fixed", _machine, new PhysicalAddress(start), length);

    /// <summary>Device memory all over the place, with nothing behind it.</summary>
    private sealed class Endless : IPhysicalMemory
    {
        public MemoryRegion RegionAt(PhysicalAddress address) => new(default, 1L << 48, MemoryKind.Mmio);

        public Span<byte> Access(PhysicalAddress address, long length) => throw new NotSupportedException();
    }
}
