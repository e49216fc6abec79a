using System;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Where the bytes of a view start, and the runs that a buffer keeps of it: asked of plain arrays, of buffers, and of parts of both.</summary>
public class OneRunTests
{
    /// <summary>Frames 100 to 163 and 300 to 363: two runs, long enough to be kept.</summary>
    private static readonly Pfn[] Two = [.. Enumerable.Range(0, 128).Select(i => new Pfn((ulong)(i < 64 ? 100 + i : 236 + i)))];

    private static readonly PfnBuffer Kept = new(Two, PageSize.Size4K, 10, (128 * 4096L) - 20);

    [Theory]
    [InlineData(0, 1, 100 * 4096L + 10)]
    [InlineData(0, (64 * 4096) - 10, (100 * 4096L) + 10)]
    [InlineData(0, (64 * 4096) - 9, -1)]
    [InlineData(5000, 8192, (100 * 4096L) + 5010)]
    [InlineData((64 * 4096) - 11, 2, -1)]
    [InlineData((64 * 4096) - 10, 5000, 300 * 4096L)]
    [InlineData((66 * 4096) - 10, 5000, 302 * 4096L)]
    [InlineData(5000, 0, -1)]
    public void Bytes_that_lie_together_have_a_start(long offset, long length, long start)
    {
        foreach (PfnView view in Views(offset, length))
        {
            Assert.Equal(start >= 0, view.TryGetStart(out PhysicalAddress found));
            Assert.Equal((ulong)Math.Max(start, 0), found.Value);
        }

        static PfnViews Views(long offset, long length) => new(Kept.View.Slice(offset, length), new PfnView(Two, PageSize.Size4K, 10, (128 * 4096L) - 20).Slice(offset, length));
    }

    [Fact]
    public void A_buffer_of_one_run_starts_where_the_run_does()
    {
        using var buffer = new PfnBuffer(Two[..64], PageSize.Size4K);
        Assert.True(buffer.View.TryGetStart(out PhysicalAddress start));
        Assert.Equal(100 * 4096ul, start.Value);
        Assert.True(buffer.View.Slice(8192).TryGetStart(out start));
        Assert.Equal(102 * 4096ul, start.Value);
    }

    [Fact]
    public void A_run_may_end_at_the_top_of_the_address_space_and_not_beyond()
    {
        Pfn highest = Pfn.Max(PageSize.Size4K);
        Assert.True(new PfnView([highest], PageSize.Size4K).TryGetStart(out PhysicalAddress start));
        Assert.Equal(ulong.MaxValue - 4095, start.Value);
        Assert.True(new PfnView([highest + -1, highest], PageSize.Size4K).TryGetStart(out start));
        Assert.Equal(ulong.MaxValue - 8191, start.Value);
        Assert.Equal("pfn", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnView([highest + 1], PageSize.Size4K).TryGetStart(out _)).ParamName);
        Assert.Equal("pfn", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnView([highest, highest + 1], PageSize.Size4K).TryGetStart(out _)).ParamName);
        Assert.Equal("pfn", Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            foreach (FrameRun run in new PfnView([highest, highest + 1], PageSize.Size4K).Runs) _ = run;
        }).ParamName);
    }

    [Theory]
    [InlineData(0, 0, 2)]
    [InlineData(63, 0, 2)]
    [InlineData(64, 64, 1)]
    [InlineData(70, 64, 1)]
    public void Kept_runs_are_told_from_the_one_on_that_the_view_begins_in(int frame, int start, int runs)
    {
        PfnView view = Kept.View.Slice(Math.Max(0, (frame * 4096L) - 10));
        Assert.True(view.TryGetKeptRuns(out ReadOnlySpan<int> starts, out ReadOnlySpan<Pfn> pfns, out int first));
        Assert.Equal((frame, runs, runs, start, start == 0 ? 100ul : 300ul), (first, starts.Length, pfns.Length, starts[0], pfns[0].Value));
        Assert.False(new PfnView(Two, PageSize.Size4K).TryGetKeptRuns(out starts, out pfns, out _));
        Assert.Equal((0, 0), (starts.Length, pfns.Length));
    }

    [Theory]
    [InlineData(0, 63, 1)]
    [InlineData(0, 64, 1)]
    [InlineData(0, 65, 2)]
    [InlineData(62, 2, 1)]
    [InlineData(63, 2, 2)]
    [InlineData(64, 64, 1)]
    public void Runs_of_a_part_are_those_it_touches(int frame, int count, int runs)
    {
        using var buffer = new PfnBuffer(Two, PageSize.Size4K);
        Assert.Equal(runs, buffer.View.Slice(frame * 4096L, count * 4096L).CountRuns());
        Assert.Equal(runs, new PfnView(Two, PageSize.Size4K).Slice(frame * 4096L, count * 4096L).CountRuns());
    }

    [Fact]
    public void Every_frame_fits_in_64_bits_and_no_frame_in_any()
    {
        foreach (PfnView view in new PfnViews(Kept.View, new PfnView([new Pfn(ulong.MaxValue)], PageSize.Size4K))) Assert.True(view.FramesFitIn(64) && !view.FramesFitIn(0));
        Assert.True(default(PfnView).FramesFitIn(0));
        Assert.True(new PfnView([default], PageSize.Size4K).FramesFitIn(0));
    }

    [Fact]
    public void No_byte_behind_an_offset_needs_no_frame()
    {
        var view = new PfnView(default, PageSize.Size4K, 100, 0);
        Assert.True(view.IsEmpty);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => new PfnView(default, PageSize.Size4K, 100, 1)).ParamName);
    }

    /// <summary>Views cannot be kept in a list.</summary>
    private readonly ref struct PfnViews(PfnView one, PfnView other)
    {
        private readonly PfnView _one = one;
        private readonly PfnView _other = other;

        public Enumerator GetEnumerator() => new(_one, _other);

        public ref struct Enumerator(PfnView one, PfnView other)
        {
            private readonly PfnView _one = one;
            private readonly PfnView _other = other;
            private int _at;

            public readonly PfnView Current => _at == 1 ? _one : _other;

            public bool MoveNext() => ++_at <= 2;
        }
    }
}
