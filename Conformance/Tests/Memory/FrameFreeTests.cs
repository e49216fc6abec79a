using System;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class FrameFreeTests
{
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 8)]
    [InlineData(1ul << 52)]
    public void Frames_that_no_address_names_are_not_allocated(ulong first)
    {
        var frames = new FrameAllocator(default, 1 << 20);
        Assert.Throws<InvalidOperationException>(() => frames.Free(new Pfn(first), 10));
        Assert.Equal(frames.TotalFrames, frames.FreeFrames);
    }
}
