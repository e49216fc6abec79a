using System;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class PlacementTests
{
    [Fact]
    public void A_range_may_fill_its_window_and_no_more()
    {
        var window = new Placement { First = new PhysicalAddress(0x1000), Last = new PhysicalAddress(0x2FFF) };
        Assert.True(window.Allows(new PhysicalAddress(0x1000), 0x2000));
        Assert.True(window.Allows(new PhysicalAddress(0x2FFF), 1));
        Assert.False(window.Allows(new PhysicalAddress(0x1000), 0x2001));
        Assert.False(window.Allows(new PhysicalAddress(0x2FFF), 2));
        Assert.False(window.Allows(new PhysicalAddress(0xFFF), 1));
        Assert.False(window.Allows(new PhysicalAddress(0x3000), 1));
        Assert.True(default(Placement).Allows(new PhysicalAddress(ulong.MaxValue), 1));
        Assert.False(default(Placement).Allows(new PhysicalAddress(ulong.MaxValue), 2));
    }

    [Theory]
    [InlineData(1, 1ul)]
    [InlineData(32, 0xFFFF_FFFFul)]
    [InlineData(64, ulong.MaxValue)]
    public void Below_so_many_bits_ends_with_the_highest_address_of_so_many(int bits, ulong last) => Assert.Equal(last, Placement.Below(bits).Last.Value);

    [Fact]
    public void What_is_no_power_of_two_is_refused()
    {
        Assert.Equal("Alignment", Assert.Throws<ArgumentOutOfRangeException>(() => new Placement { Alignment = 3 }).ParamName);
        Assert.Equal("BoundaryMask", Assert.Throws<ArgumentOutOfRangeException>(() => new Placement { BoundaryMask = 4 }).ParamName);
        Assert.Equal("bits", Assert.Throws<ArgumentOutOfRangeException>(() => Placement.Below(0)).ParamName);
        Assert.Equal("bits", Assert.Throws<ArgumentOutOfRangeException>(() => Placement.Below(65)).ParamName);
    }

    [Fact]
    public void No_alignment_is_an_alignment_of_a_byte_and_the_widest_boundary_is_none()
    {
        Assert.Equal(new Placement { Alignment = 1 }, new Placement { Alignment = 0 });
        Assert.Equal(default, new Placement { BoundaryMask = ulong.MaxValue });
    }

    [Fact]
    public void What_is_limited_is_written()
    {
        Assert.Equal("0x0-0xffffffffffffffff", default(Placement).ToString());
        Assert.Equal("0x0-0xffffffff, alignment 0x1000, boundary mask 0xffff", new Placement { Last = new PhysicalAddress(0xFFFF_FFFF), Alignment = 4096, BoundaryMask = 0xFFFF }.ToString());
    }

    [Fact]
    public void Ranges_that_are_none_are_refused()
    {
        var top = new PhysicalAddress(ulong.MaxValue - 4095);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryRegion(default, -1, MemoryKind.Mmio)).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryRegion(top, 4097, MemoryKind.Mmio)).ParamName);
        Assert.Equal("kind", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryRegion(default, 1, MemoryKind.Protected + 1)).ParamName);
        Assert.Equal("kind", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryRegion(default, 1, (MemoryKind)(-1))).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryZone("zone", top, 8192)).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryZone("zone", default, (1L << 48) + 4096)).ParamName);
        Assert.Equal("start", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryZone("zone", new PhysicalAddress(1), 4096)).ParamName);
        Assert.Equal(0, new MemoryRegion(new PhysicalAddress(ulong.MaxValue), 0, MemoryKind.Absent).Length);
        Assert.Equal(4096, new MemoryRegion(top, 4096, MemoryKind.Mmio).Length);
        Assert.Equal(4096, new MemoryZone("zone", top, 4096).Length);
        Assert.Equal(1L << 48, new MemoryZone("zone", default, 1L << 48).Length);
        Assert.Equal("", default(MemoryZone).Name);
    }
}
