using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>A sample of what <c>Campaign random</c> does for as long as one likes.</summary>
public class RandomCampaignTests
{
    public static TheoryData<TraceBackend> Backends => [.. Enum.GetValues<TraceBackend>()];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Random_operations_come_out_as_the_naive_model_says(TraceBackend backend)
    {
        RandomResult result = Run(backend, 12_000);
        Assert.True(result.What is null, $"{result.What}\n{(result.Shortest is null ? "" : TraceText.Write(result.Shortest))}");
        Assert.Equal((12_000, 120, 0), (result.Operations, result.Cases, result.Violations));
        RequireShares(result.Tally, Least(backend));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void The_same_seed_does_the_same_and_another_does_not(TraceBackend backend)
    {
        ulong digest = Run(backend, 2_000).Digest;
        Assert.Equal(digest, Run(backend, 2_000).Digest);
        Assert.NotEqual(digest, RandomCampaign.Run(new RandomOptions { Backend = backend, Operations = 2_000, Seed = Seed.Value + 1 }).Digest);
    }

    [Fact]
    public void Shards_together_are_the_whole()
    {
        var options = new RandomOptions { Backend = TraceBackend.Iommu, Operations = 2_950, Seed = Seed.Value };
        RandomResult whole = RandomCampaign.Run(options);
        RandomResult[] shards = [.. Enumerable.Range(0, 3).Select(i => RandomCampaign.Run(options with { Shard = i, Shards = 3 }))];
        Assert.Equal((2_950, 30), (whole.Operations, whole.Cases));
        Assert.Equal((whole.Operations, whole.Cases), (shards.Sum(one => one.Operations), shards.Sum(one => one.Cases)));
        Assert.Equal(whole.Digest, shards.Aggregate(0ul, (sum, one) => sum + one.Digest));
        Assert.Equal(3, shards.Select(one => one.Digest).Distinct().Count());
    }

    private static RandomResult Run(TraceBackend backend, long operations) => RandomCampaign.Run(new RandomOptions { Backend = backend, Operations = operations, Seed = Seed.Value });

    /// <summary>What must be tried how often, for the law not to be held by what is trivial.</summary>
    private static IEnumerable<(string Group, string Name, double Share)> Least(TraceBackend backend)
    {
        yield return (TraceTally.Statuses, "Mapped", 0.4);
        yield return (TraceTally.Statuses, "Unaligned", 0.02);
        yield return (TraceTally.Statuses, "SpanTooShort", 0.03);
        yield return (TraceTally.Refusals, "UnreachableFrame", 0.03);
        foreach (string direction in new[] { "ToDevice", "FromDevice", "Bidirectional" }) yield return (TraceTally.Directions, direction, 0.25);
        foreach (string size in new[] { "4K", "16K", "64K", "2M" }) yield return (TraceTally.Pages, size, 0.05);
        foreach (string layout in new[] { "contiguous", "across an edge", "as a buddy allocator leaves it", "every other frame", "reversed", "growing runs", "shrinking runs", "a prime number", "near a power of two", "a frame twice", "of several areas" }) yield return (TraceTally.Layouts, layout, 0.04);
        foreach (string length in new[] { "1 byte", "less than 4 KiB", "up to 64 KiB", "up to 2 MiB", "2 MiB and more" }) yield return (TraceTally.Lengths, length, 0.02);
        foreach (string kind in new[] { "any", "nic32", "isa24", "nvme", "camera", "display", "boundary", "disk", "random" }) yield return (TraceTally.Devices, kind, 0.02);
        yield return (TraceTally.Asked, "Prefix", 0.08);
        yield return (TraceTally.Asked, "with a short span", 0.1);
        if (backend is TraceBackend.Direct or TraceBackend.Bounce) yield return (TraceTally.Refusals, "TooManySegments", backend == TraceBackend.Direct ? 0.02 : 0.004);
        if (backend == TraceBackend.Bounce)
        {
            yield return (TraceTally.Statuses, "WouldDiverge", 0.02);
            yield return (TraceTally.Statuses, "NoBounceSpace", 0.02);
        }

        if (backend is not (TraceBackend.Iommu or TraceBackend.IommuLazy)) yield break;
        yield return (TraceTally.Statuses, "NoIovaSpace", 0.003);
        yield return (TraceTally.Accesses, "faults", 0.05);
        yield return (TraceTally.Actions, "Link", 0.01);
        yield return (TraceTally.Actions, "Unlink", 0.001);
        if (backend == TraceBackend.IommuLazy) yield return (TraceTally.Accesses, "stale", 0.002);
    }

    private static void RequireShares(TraceTally tally, IEnumerable<(string Group, string Name, double Share)> least)
    {
        string[] few = [.. least.Where(one => tally.Share(one.Group, one.Name) < one.Share).Select(one => $"{one.Group} {one.Name} {tally.Share(one.Group, one.Name):p2}")];
        Assert.True(few.Length == 0, $"tried too seldom: {string.Join("; ", few)}");
    }
}
