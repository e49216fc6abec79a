using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A domain holds table memory in proportion to what is mapped, and gives the rest back.</summary>
public class TableMemoryTests
{
    private const int MostLive = 64;

    public static TheoryData<string, bool> Formats => [.. KnownFormat.All.SelectMany(one => new[] { (one.Name, false), (one.Name, true) })];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Ten_thousand_mappings_later_it_holds_no_more_than_it_may_and_trimmed_no_more_than_at_first(string name, bool lazy)
    {
        SparseMemory memory = RigMemory.Create();
        var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 64 << 20);
        var options = new IommuDomainOptions { Format = KnownFormat.Named(name).Format, Lazy = lazy ? new LazyInvalidation { Clock = new ManualTime() } : null };
        var domain = new IommuDomain(memory, tables, new EmulatedIommu(memory), options);
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        long trunk = domain.TableBytes >> 12;
        var random = new Random(5);
        var live = new List<(MappingToken Token, int Pages)>();
        var segments = new DmaSegment[1];
        Pfn[] frames = Given.Frames(0x10000, 3000, 2);
        long most = 0, mostPages = 0;
        for (int i = 0; i < 10_000; i++)
        {
            int pages = random.Next(10) switch { 0 => random.Next(1, 3000), 1 or 2 => random.Next(1, 300), _ => random.Next(1, 17) };
            MapResult result = mapper.Map(new PfnView(frames.AsSpan(0, pages), PageSize.Size4K), DmaDirection.ToDevice, segments);
            Assert.True(result.IsMapped);
            live.Add((result.Token, pages));
            while (live.Count > random.Next(MostLive))
            {
                int which = random.Next(live.Count);
                mapper.Unmap(live[which].Token);
                live.RemoveAt(which);
            }

            mostPages = Math.Max(mostPages, live.Sum(one => 1L << (int)Math.Ceiling(Math.Log2(one.Pages))));
            most = Math.Max(most, tables.TotalFrames - tables.FreeFrames);
        }

        // What is mapped needs a table for 512 pages of blocks; as much again may be spare, and blocks of each size are kept warm.
        Assert.InRange(most, trunk + (mostPages / 512 / 4), trunk + (2 * (mostPages / 512)) + 64);
        foreach ((MappingToken token, _) in live) mapper.Unmap(token);
        domain.Trim();
        Assert.Equal((trunk, trunk), (domain.TableBytes >> 12, tables.TotalFrames - tables.FreeFrames));
        domain.Dispose();
        Assert.Equal(tables.TotalFrames, tables.FreeFrames);
    }
}
