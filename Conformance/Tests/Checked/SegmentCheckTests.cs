using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Of segments that the device cannot take, the first thing that is wrong is told, and nothing is mapped.</summary>
public class SegmentCheckTests
{
    [Fact]
    public void Too_many_segments_are_told()
    {
        var two = new DmaConstraints { MaxSegmentCount = 2, MaxSegmentSize = 4096 };
        Assert.Equal("3 segments, and it takes 2", Wrong(two, (0x1000, 4096), (0x3000, 4096), (0x5000, 8192)));
        Assert.Equal("segment 1, 0x3000 + 8192, is longer than the 4096 bytes that it takes", Wrong(two, (0x1000, 4096), (0x3000, 8192)));
        Assert.Null(Wrong(two, (0x1000, 4096), (0x3000, 4096)));
    }

    [Fact]
    public void A_segment_that_is_too_long_is_told()
    {
        var size = new DmaConstraints { MaxSegmentSize = 4096 };
        Assert.Equal("segment 1, 0x3000 + 4097, is longer than the 4096 bytes that it takes", Wrong(size, (0x1000, 4096), (0x3000, 4097), (0x5000, 4097)));
    }

    [Fact]
    public void A_segment_across_a_boundary_is_told()
    {
        var boundary = new DmaConstraints { SegmentBoundaryMask = 0xFFFF };
        Assert.Equal("segment 2, 0x2f000 + 8192, crosses a multiple of 65536, which it cannot", Wrong(boundary, (0x1000, 4096), (0x1E000, 8192), (0x2F000, 8192)));
        Assert.Null(Wrong(boundary, (0x1000, 4096), (0x1E000, 8192)));
    }

    [Fact]
    public void A_segment_outside_the_window_is_told()
    {
        var window = new DmaConstraints { Window = new DmaWindow(new DmaAddress(0x1000), new DmaAddress(0xFFFF)) };
        Assert.Equal("segment 1, 0xf000 + 8192, lies outside 0x1000-0xffff", Wrong(window, (0x1000, 4096), (0xF000, 8192)));
        Assert.Equal("segment 0, 0x800 + 0, lies outside 0x1000-0xffff", Wrong(window, (0x800, 0), (0x1000, 4096)));
        Assert.Null(Wrong(window, (0x1000, 4096), (0xE000, 8192)));
    }

    [Fact]
    public void What_else_segments_break_is_told_with_all_that_the_device_wants()
    {
        Assert.Equal("the segments break alignment 0x100", Wrong(new DmaConstraints { Alignment = 256 }, (0x1000, 4096), (0x2080, 4096)));
        Assert.Equal("the segments break boundary mask 0xffff", Wrong(new DmaConstraints { SegmentBoundaryMask = 0xFFFF }, (0x1000, 4096), (0x3000, 0)));

        // Whether bits are kept the home alone tells.
        var kept = new DmaConstraints { OffsetPreservingMask = 4095 };
        Assert.Equal("the segments break offset-preserving mask 0xfff", Wrong(kept, (0x1000, 4096), (0x3080, 4096)));
        Assert.Null(Wrong(kept, (0x1000, 4096), (0x3000, 4096)));
    }

    /// <summary>What is told of segments that stand for bytes from the start of a frame on; null for nothing.</summary>
    private static string? Wrong(DmaConstraints constraints, params (ulong Address, long Length)[] given)
    {
        var inner = new GivingMapper(constraints, [.. given.Select(one => new DmaSegment(new DmaAddress(one.Address), one.Length))]);
        var checker = new MappingChecker();
        using var mapper = new CheckedMapper(checker, inner);
        long length = given.Sum(one => one.Length);
        PfnView view = MisuseScene.Frames((int)PageSize.Size4K.FramesFor(length)).View.Slice(0, length);
        try
        {
            mapper.Unmap(mapper.Map(view, DmaDirection.ToDevice, new DmaSegment[given.Length], MapOptions.None).Token);
            return null;
        }
        catch (DmaMisuseException misuse)
        {
            Assert.Equal(MisuseKind.BadSegments, misuse.Report!.Kind);
            return misuse.Report.Found;
        }
        finally
        {
            Assert.Equal((0, 0), (inner.Live, checker.LiveMappings));
        }
    }
}
