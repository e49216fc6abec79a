using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class RunTests
{
    [Fact]
    public void Runs_of_a_view_are_found_at_every_length_and_break() => Assert.Null(RunLaws.Violation(InView));

    [Fact]
    public void Runs_of_a_buffer_are_found_at_every_length_and_break() => Assert.Null(RunLaws.Violation(InBuffer));

    [Fact]
    public void Runs_are_counted_at_every_length_and_break()
        => Assert.Null(RunLaws.Violation(frames =>
        {
            List<int> naive = NaiveRuns.LengthsOf(frames);
            using var buffer = new PfnBuffer(frames, PageSize.Size4K);
            bool counted = new PfnView(frames, PageSize.Size4K).CountRuns() == naive.Count && buffer.RunCount == naive.Count && buffer.View.CountRuns() == naive.Count;
            return counted ? naive : [];
        }));

    [Fact]
    public void Forgetting_the_tail_behind_the_last_whole_vector_is_caught()
        => Assert.NotNull(RunLaws.Violation(frames => InView(frames.Take(frames.Length / 4 * 4).ToArray())));

    [Fact]
    public void Overlooking_a_break_between_vectors_is_caught()
        => Assert.NotNull(RunLaws.Violation(frames =>
        {
            var lengths = new List<int>();
            for (int i = 0; i < frames.Length; i++)
            {
                if (i > 0 && (i % 4 == 0 || frames[i].Value == frames[i - 1].Value + 1)) lengths[^1]++;
                else lengths.Add(1);
            }

            return lengths;
        }));

    [Fact]
    public void One_high_frame_is_seen_at_every_position()
    {
        for (int length = 1; length <= RunLaws.MostFrames; length++)
        {
            for (int at = 0; at < length; at++)
            {
                Pfn[] frames = new Pfn[length];
                for (int i = 0; i < length; i++) frames[i] = new Pfn(i == at ? 1ul << 40 : (ulong)(i * 3));
                Assert.False(new PfnView(frames, PageSize.Size4K).FramesFitIn(40));
                Assert.True(new PfnView(frames, PageSize.Size4K).FramesFitIn(41));
                using var buffer = new PfnBuffer(frames, PageSize.Size4K);
                Assert.False(buffer.View.FramesFitIn(40));
                Assert.True(buffer.View.FramesFitIn(41));
                if (at > 0) Assert.True(buffer.View.Slice(0, at * 4096L).FramesFitIn(40));
            }
        }
    }

    [Fact]
    public void Two_high_frames_are_seen_wherever_they_are()
    {
        for (int first = 0; first < 40; first++)
        {
            for (int second = first + 1; second < 40; second++)
            {
                Pfn[] frames = new Pfn[40];
                for (int i = 0; i < frames.Length; i++) frames[i] = new Pfn(i == first || i == second ? 1ul << 40 : (ulong)(i * 3));
                Assert.False(new PfnView(frames, PageSize.Size4K).FramesFitIn(40));
            }
        }
    }

    [Fact]
    public void A_buffer_keeps_its_runs_where_they_are_long()
    {
        Pfn[] consecutive = [.. Enumerable.Range(0, 64).Select(i => new Pfn((ulong)i))];
        Pfn[] scattered = [.. Enumerable.Range(0, 64).Select(i => new Pfn((ulong)i * 2))];
        using var kept = new PfnBuffer(consecutive, PageSize.Size4K);
        using var notKept = new PfnBuffer(scattered, PageSize.Size4K);
        Assert.True(kept.View.KeepsRuns);
        Assert.True(kept.View.Slice(5000, 9000).KeepsRuns);
        Assert.False(notKept.View.KeepsRuns);
        Assert.False(new PfnView(consecutive, PageSize.Size4K).KeepsRuns);
    }

    [Fact]
    public void Both_kept_runs_and_runs_that_are_not_are_common_among_cases()
    {
        Shares shares = Shares.Of(ViewCase.Cases.Generator, 2000, one =>
        {
            if (one.Form == ViewForm.Span) return ["span"];
            using var buffer = new PfnBuffer(one.Frames, one.PageSize, one.Offset, one.Length);
            return [buffer.View.KeepsRuns ? "kept" : "not kept", one.Model().Length == 0 ? "empty" : "bytes"];
        });
        foreach (string form in new[] { "span", "kept", "not kept", "empty", "bytes" }) Assert.True(shares[form] >= 0.1, $"{form} is rare: {shares}");
    }

    [Fact]
    public void Walking_runs_allocates_nothing()
    {
        Pfn[] consecutive = [.. Enumerable.Range(0, 512).Select(i => new Pfn((ulong)(i + (i / 100))))];
        Pfn[] scattered = [.. Enumerable.Range(0, 512).Select(i => new Pfn((ulong)(i + (i / 3))))];
        using var kept = new PfnBuffer(consecutive, PageSize.Size4K);
        using var notKept = new PfnBuffer(scattered, PageSize.Size4K, 100, 200_000);
        PfnSlice slice = kept.Slice(100, 1_000_000);
        long bytes = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            foreach (FrameRun run in new PfnView(scattered, PageSize.Size4K).Runs) bytes += run.Length;
            foreach (FrameRun run in kept.View.Runs) bytes += run.Length;
            foreach (FrameRun run in notKept.View.Slice(77).Runs) bytes += run.Length;
            foreach (FrameRun run in slice.View.Slice(5000, 600_000).Runs) bytes += run.Length;
            bytes += slice.View.CountRuns() + notKept.View.CountRuns();
            if (slice.View.TrySlice(3, 5000, out PfnView part) && part.FramesFitIn(20)) bytes += (long)part.AddressAt(4999).Value;
        }));
        Assert.NotEqual(0, bytes);
    }

    private static IReadOnlyList<int> InView(Pfn[] frames) => LengthsOf(new PfnView(frames, PageSize.Size4K));

    private static IReadOnlyList<int> InBuffer(Pfn[] frames)
    {
        using var buffer = new PfnBuffer(frames, PageSize.Size4K);
        return LengthsOf(buffer.View);
    }

    private static List<int> LengthsOf(PfnView view)
    {
        var lengths = new List<int>();
        foreach (FrameRun run in view.Runs) lengths.Add(run.FrameCount);
        return lengths;
    }
}
