using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The numbers that a layout of tables can have, each up to its limits, and what a format says of them.</summary>
public class LayoutLimitTests
{
    private static (int Levels, int Output, int Pages, int Order) _shape;

    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    [Theory]
    [InlineData(3, 52, 2, 8, 39)]
    [InlineData(4, 48, 1, 0, 48)]
    [InlineData(5, 52, 2, 8, 57)]
    [InlineData(4, 32, 2, 8, 48)]
    [InlineData(4, 52, 0, 8, 48)]
    [InlineData(4, 52, 2, 0, 48)]
    public void A_layout_within_its_limits_is_a_format(int levels, int output, int pages, int order, int input)
    {
        _shape = (levels, output, pages, order);
        PageTableFormat format = PageTableFormat.Of<Shaped>();
        Assert.Equal((input, output, "shaped"), (format.InputBits, format.OutputBits, format.Name));
        Assert.Null(format.InterruptWindow);
    }

    [Theory]
    [InlineData(2, 52, 2, 8)]
    [InlineData(6, 52, 2, 8)]
    [InlineData(4, 31, 2, 8)]
    [InlineData(4, 53, 2, 8)]
    [InlineData(4, 52, -1, 8)]
    [InlineData(4, 52, 3, 8)]
    [InlineData(4, 52, 2, -1)]
    [InlineData(4, 52, 2, 9)]
    public void A_layout_with_one_number_beyond_its_limits_is_refused(int levels, int output, int pages, int order)
    {
        _shape = (levels, output, pages, order);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => { PageTableFormat.Of<Shaped>(); });
        Assert.Equal("TFormat", refused.ParamName);
        Assert.Contains("shaped", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_granted_is_asked_for_reading_for_writing_or_for_both(string name)
    {
        PageTableFormat format = KnownFormat.Named(name).Format;
        foreach (MemoryAccess access in new[] { MemoryAccess.Read, MemoryAccess.Write, MemoryAccess.ReadWrite })
            Assert.Equal(access, format.Granted(access) & access);
        foreach (MemoryAccess access in new[] { MemoryAccess.None, (MemoryAccess)4, (MemoryAccess)(-1) })
            Assert.Equal("access", Assert.Throws<ArgumentOutOfRangeException>(() => { format.Granted(access); }).ParamName);
    }

    /// <summary>A layout of the numbers that are asked about; its bits are another's.</summary>
    private readonly struct Shaped : IPageTableFormat
    {
        public string Name => "shaped";

        public int Levels => _shape.Levels;

        public int OutputBits => _shape.Output;

        public int HighestPageLevel => _shape.Pages;

        public int HighestContiguousOrder => _shape.Order;

        public DmaWindow? InterruptWindow => null;

        public ulong PageBits(MemoryAccess access, int level) => default(AmdV1).PageBits(access, level);

        public ulong ContiguousBits(MemoryAccess access, int level, int order) => default(AmdV1).ContiguousBits(access, level, order);

        public ulong TableBits(int level) => default(AmdV1).TableBits(level);

        public bool IsPresent(ulong entry, int level) => default(AmdV1).IsPresent(entry, level);

        public bool IsPage(ulong entry, int level) => default(AmdV1).IsPage(entry, level);

        public int ContiguousOrderOf(ulong entry, int level) => default(AmdV1).ContiguousOrderOf(entry, level);

        public MemoryAccess AccessOf(ulong entry) => default(AmdV1).AccessOf(entry);

        public ulong TargetOf(ulong entry) => default(AmdV1).TargetOf(entry);
    }
}
