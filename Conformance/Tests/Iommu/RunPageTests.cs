using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// Runs of all lengths, in all formats: every page leads where its frames are, and is as large as they allow. Runs are written as
/// <c>first*count</c>, the first frame in hexadecimal, and <c>xN+step</c> behind it for N of them, each so many frames after the one before.
/// </summary>
public class RunPageTests
{
    private const int Large = 2 << 20;

    [Theory]
    [InlineData("20000*512", 1)]
    [InlineData("20000*1024", 2)]
    [InlineData("20000*1026", 2)]
    [InlineData("20001*512", 0)]
    [InlineData("20002*512", 0)]
    [InlineData("20003*512", 0)]
    public void One_run_has_large_pages_where_it_is_aligned(string runs, int large) => Check(12, runs, 0, 0, large);

    [Theory]
    [InlineData("20000*512 40000*512", 2)]
    [InlineData("20000*512 40000*512 30000*512", 3)]
    [InlineData("20003*512 40003*512", 0)]
    [InlineData("20002*512 40002*512", 0)]
    [InlineData("20000*512 40003*512", 1)]
    [InlineData("20000*300 40005*724", 0)]
    [InlineData("20002*600 40005*424", 0)]
    [InlineData("20000*512 40000*1024", 3)]
    [InlineData("20000*1024 40000*512", 3)]
    [InlineData("20000*512 40000*300 50000*212", 1)]
    [InlineData("20000*300 30001*400 40005*324", 0)]
    [InlineData("0*1024 40003*600", 2)]
    public void A_few_runs_have_large_pages_where_they_are_whole_and_aligned(string runs, int large) => Check(12, runs, 0, 0, large);

    [Theory]
    [InlineData("20000*512x20+400", 20)]
    [InlineData("20002*512x20+400", 0)]
    [InlineData("20001*512x20+400", 0)]
    [InlineData("20000*512x2+400 30000*1024 38000*512x16+400", 20)]
    [InlineData("20000*512x2+400 30001*1024 38000*512x16+400", 18)]
    [InlineData("20000*512x9+400 30000*512 38002*512 3C000*512x9+400", 19)]
    public void Many_runs_are_a_large_page_each_where_they_are_whole_and_aligned(string runs, int large) => Check(12, runs, 0, 0, large);

    [Theory]
    [InlineData("20000*700 40000*424", 100 << 12, 0, 0)]
    [InlineData("20000*512x4+400", 512 << 12, 0, 3)]
    [InlineData("20000*512x4+400", 0, 512 << 12, 3)]
    [InlineData("20000*512x4+400", 512 << 12, 1024 << 12, 1)]
    [InlineData("20000*512x21+400", 512 << 12, 0, 20)]
    [InlineData("20000*512x22+400", 512 << 12, 512 << 12, 20)]
    [InlineData("20000*512x21+400", 100 << 12, 0, 20)]
    [InlineData("20000*512x21+400", 0, 100 << 12, 20)]
    [InlineData("20000*1024", 0xFFE, 0, 2)]
    [InlineData("20000*512x2+400", 0xFFE, 1, 2)]
    [InlineData("20000*512x20+400", 0xFFE, 0xFFE, 20)]
    [InlineData("20000*100 40005*5000", 0, 1, 8)]
    public void A_part_of_a_buffer_is_mapped_as_far_as_it_goes(string runs, long skip, long slack, int large) => Check(12, runs, skip, slack, large);

    [Theory]
    [InlineData(16, "2000*40 3001*40 4005*48", 0x4064, 0x5010, 0)]
    [InlineData(16, "2000*32x5+40", 0x4000, 0x4000, 3)]
    [InlineData(16, "2000*32x600+40", 0, 0, 600)]
    [InlineData(16, "8000*8192x3+4000", 0, 0, 768)]
    [InlineData(14, "8000*128x20+100", 0, 0, 20)]
    [InlineData(21, "200*512", 0, 0, 512)]
    [InlineData(21, "200*513", 0, 0, 513)]
    [InlineData(21, "201*513", 0, 0, 513)]
    [InlineData(21, "9*1 401*600", 0, 0, 601)]
    [InlineData(21, "201*1200", 0x1000, 0x1000, 1198)]
    [InlineData(30, "200*512", 0, 0, 512 * 512)]
    public void Runs_of_larger_frames_are_mapped_in_the_largest_pages(int shift, string runs, long skip, long slack, int large) => Check(shift, runs, skip, slack, large);

    [Theory]
    [InlineData("10FF0*100 40074*1024", 1)]
    [InlineData("10000*40 20000*64 40090*1024", 1)]
    public void Runs_that_begin_somewhere_in_a_table_are_in_pages_that_are_aligned_there(string runs, int large) => Check(12, runs, 0, 0, large);

    [Theory]
    [InlineData(16, "2000*32x5+40", 0x4000)]
    [InlineData(12, "20000*512x20+400", 100 << 12)]
    public void What_a_device_s_alignment_puts_out_of_line_with_its_frames_is_in_small_pages(int shift, string runs, long skip)
        => Check(shift, runs, skip, 0, 0, new DmaConstraints { Alignment = 0x10000 });

    [Theory]
    [InlineData("20000*1024", 2)]
    [InlineData("20000*512 40000*512", 2)]
    [InlineData("20003*1024", 0)]
    [InlineData("20000*300 40005*724", 0)]
    [InlineData("20000*600 40058*424", 1)]
    public void Small_frames_of_an_array_are_large_pages_where_they_are_aligned(string runs, int large)
    {
        Pfn[] frames = Frames(runs);
        foreach (KnownFormat format in KnownFormat.All) Check(format, new PfnView(frames, PageSize.Size4K), large);
    }

    private static void Check(int shift, string runs, long skip, long slack, int large, DmaConstraints limits = default)
    {
        using var buffer = new PfnBuffer(Frames(runs), PageSize.FromBytes(1L << shift));
        Assert.True(buffer.View.KeepsRuns);
        foreach (KnownFormat format in KnownFormat.All) Check(format, buffer.View.Slice(skip, buffer.Length - skip - slack), large, limits);
    }

    private static void Check(KnownFormat format, in PfnView view, int large, DmaConstraints limits = default)
    {
        SparseMemory memory = RigMemory.Create();
        var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(memory), format: format.Format);
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1), limits), domain);
        (long Tables, ulong Iova) before = (domain.TableBytes, domain.FreeIovaBytes);
        var segments = new DmaSegment[1];
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, segments);
        Assert.True(result.IsMapped, result.ToString());

        List<ReachablePage> pages = format.Walker.List(memory, domain.RootTable);
        long inGranule = view.Offset & 0xFFF;
        ulong first = segments[0].Address.Value - (ulong)inGranule, next = first;
        foreach (ReachablePage page in pages)
        {
            Assert.Equal((next, true, false), (page.Iova, page.Reads, page.Writes));
            for (long at = 0; at < page.Bytes; at += Math.Min(page.Bytes, view.PageSize.Bytes)) CheckHome(view, page, at, (long)(page.Iova - first) - inGranule);
            CheckHome(view, page, page.Bytes - 4096, (long)(page.Iova - first) - inGranule);
            next += (ulong)page.Bytes;
        }

        Assert.Equal((inGranule + view.Length + 0xFFF) & ~0xFFFL, (long)(next - first));
        Assert.Equal(large, pages.Where(static page => page.Bytes >= Large).Sum(static page => page.Bytes) / Large);
        Assert.Equal(domain.TableBytes, format.Walker.CountTables(memory, domain.RootTable) * 4096L);
        mapper.Unmap(result.Token);
        Assert.Empty(format.Walker.List(memory, domain.RootTable));
        domain.Trim();
        Assert.Equal(before, (domain.TableBytes, domain.FreeIovaBytes));
    }

    /// <summary>A granule of a page is the one of the view that it should be; the first one may begin before the view does.</summary>
    private static void CheckHome(scoped in PfnView view, ReachablePage page, long at, long pageInView)
    {
        ulong home = view.AddressAt(Math.Max(0, pageInView + at)).Value & ~0xFFFul;
        if (home != page.Physical + (ulong)at) Assert.Fail($"{page}: {at:x} bytes into it {home:x} should be");
    }

    private static Pfn[] Frames(string runs)
    {
        var frames = new List<Pfn>();
        foreach (string run in runs.Split(' '))
        {
            string[] parts = run.Split('*', 'x', '+');
            ulong first = ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            int count = int.Parse(parts[1], CultureInfo.InvariantCulture);
            int times = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 1;
            ulong step = parts.Length > 2 ? ulong.Parse(parts[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : 0;
            for (int i = 0; i < times; i++) frames.AddRange(Given.Frames(first + ((ulong)i * step), count));
        }

        return [.. frames];
    }
}
