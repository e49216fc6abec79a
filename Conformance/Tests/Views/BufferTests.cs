using System;
using System.Buffers;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class BufferTests
{
    [Fact]
    public void An_adopted_array_is_not_copied()
    {
        Pfn[] frames = [new(1), new(2)];
        using var buffer = new PfnBuffer(frames, PageSize.Size4K);
        Assert.True(buffer.View.Frames == frames);
    }

    [Fact]
    public void A_buffer_without_frames_is_empty()
    {
        using var buffer = new PfnBuffer([], PageSize.Size4K);
        Assert.True(buffer.View.IsEmpty);
        Assert.Equal(0, buffer.RunCount);
        Assert.Equal(0, buffer.FrameCount);
    }

    [Fact]
    public void A_disposed_buffer_gives_its_memory_back_once_and_shows_no_frame()
    {
        var owner = new CountingOwner(4);
        var buffer = new PfnBuffer(owner, 2, PageSize.Size4K, 0, 8192);
        PfnSlice slice = buffer.Slice(0, 10);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(1, owner.Disposals);
        Assert.Throws<ObjectDisposedException>(() => _ = buffer.View.Length);
        Assert.Throws<ObjectDisposedException>(() => _ = slice.View.Length);
    }

    [Fact]
    public void A_buffer_that_was_refused_leaves_the_memory_to_its_owner()
    {
        var owner = new CountingOwner(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PfnBuffer(owner, 2, PageSize.Size4K, 0, 8193));
        Assert.Equal(0, owner.Disposals);
    }

    [Fact]
    public void All_frames_that_the_memory_has_may_be_taken()
    {
        using var buffer = new PfnBuffer(new CountingOwner(4), 4, PageSize.Size4K, 0, 4 * 4096);
        Assert.Equal(4, buffer.FrameCount);
        Assert.Equal(4, buffer.View.Frames.Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void More_frames_than_the_memory_has_are_refused(int count)
        => Assert.Equal("frameCount", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnBuffer(new CountingOwner(4), count, PageSize.Size4K, 0, 0)).ParamName);

    [Fact]
    public void Nothing_to_adopt_is_refused()
    {
        Assert.Equal("frames", Assert.Throws<ArgumentNullException>(() => new PfnBuffer(null!, PageSize.Size4K)).ParamName);
        Assert.Equal("frames", Assert.Throws<ArgumentNullException>(() => new PfnBuffer((Pfn[])null!, PageSize.Size4K, 0, 0)).ParamName);
        Assert.Equal("owner", Assert.Throws<ArgumentNullException>(() => new PfnBuffer((IMemoryOwner<Pfn>)null!, 0, PageSize.Size4K, 0, 0)).ParamName);
        Assert.Equal("buffer", Assert.Throws<ArgumentNullException>(() => new PfnSlice(null!, 0, 0)).ParamName);
    }

    [Fact]
    public void The_default_slice_is_empty()
    {
        PfnSlice slice = default;
        Assert.Null(slice.Buffer);
        Assert.True(slice.View.IsEmpty);
        Assert.Equal(default, slice.Slice(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(0, 1));
    }

    [Fact]
    public void Slices_of_the_same_bytes_are_equal()
    {
        using var buffer = new PfnBuffer([new(1), new(2)], PageSize.Size4K);
        using var twin = new PfnBuffer([new(1), new(2)], PageSize.Size4K);
        Assert.Equal(buffer.Slice(10, 100), buffer.Slice(5, 200).Slice(5, 100));
        Assert.NotEqual(buffer.Slice(10, 100), twin.Slice(10, 100));
    }

    private sealed class CountingOwner(int length) : IMemoryOwner<Pfn>
    {
        public int Disposals { get; private set; }

        public Memory<Pfn> Memory { get; } = new Pfn[length];

        public void Dispose() => Disposals++;
    }
}
