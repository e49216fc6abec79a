using System;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class DeviceProfileTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, "00:00.0")]
    [InlineData(255, 31, 7, 0xFFFF, "ff:1f.7")]
    [InlineData(1, 2, 3, 0x0113, "01:02.3")]
    public void A_requester_is_bus_device_and_function_in_16_bits(int bus, int device, int function, int value, string text)
    {
        var requester = new RequesterId(bus, device, function);
        Assert.Equal(value, requester.Value);
        Assert.Equal(text, requester.ToString());
        Assert.Equal(new RequesterId((ushort)value), requester);
    }

    [Theory]
    [InlineData(-1, 0, 0, "bus")]
    [InlineData(256, 0, 0, "bus")]
    [InlineData(0, -1, 0, "device")]
    [InlineData(0, 32, 0, "device")]
    [InlineData(0, 0, -1, "function")]
    [InlineData(0, 0, 8, "function")]
    public void A_requester_beyond_its_bits_is_refused(int bus, int device, int function, string parameter)
        => Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => new RequesterId(bus, device, function)).ParamName);

    [Theory]
    [InlineData(0, 0xFFFF, 1, true)]
    [InlineData(0, 0xFFFF, 2, false)]
    [InlineData(0, 0xF000, 0x1000, true)]
    [InlineData(0, 0xF000, 0x1001, false)]
    [InlineData(0, 0x10000, 1, false)]
    [InlineData(-0x8000, 0x8000, 0x10000, true)]
    [InlineData(-0x8000, 0x8000, 0x10001, false)]
    [InlineData(-0x8000, 0x7000, 1, false)]
    [InlineData(0x8000, 0x7000, 0x1000, true)]
    [InlineData(0x8000, 0x7000, 0x1001, false)]
    public void A_direct_device_reaches_what_the_bus_moves_into_its_window(long busOffset, ulong address, long length, bool reached)
    {
        var device = new DmaDevice("d", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(16) });
        var profile = new MapperProfile(device, Addressing.Direct) { BusOffset = busOffset };
        Assert.Equal(reached, profile.Reaches(new PhysicalAddress(address), length));
    }

    [Theory]
    [InlineData(0, ulong.MaxValue, 1, true, ulong.MaxValue)]
    [InlineData(0, ulong.MaxValue, 2, false, ulong.MaxValue)]
    [InlineData(16, ulong.MaxValue - 16, 1, true, ulong.MaxValue)]
    [InlineData(16, ulong.MaxValue - 15, 1, false, 0)]
    [InlineData(16, ulong.MaxValue - 16, 2, false, ulong.MaxValue)]
    [InlineData(-16, 16, 1, true, 0)]
    [InlineData(-16, 15, 1, false, ulong.MaxValue)]
    public void A_bus_address_that_wraps_is_none(long busOffset, ulong address, long length, bool has, ulong bus)
    {
        var profile = new MapperProfile(new DmaDevice("d", new RequesterId(1)), Addressing.Direct) { BusOffset = busOffset };
        Assert.Equal(has, profile.TryBusAddress(new PhysicalAddress(address), length, out DmaAddress found));
        Assert.Equal(bus, found.Value);
    }

    [Theory]
    [InlineData(0xFFFF, 1, true)]
    [InlineData(0xFFFF, 2, false)]
    [InlineData(0x10000, 1, false)]
    [InlineData(0, 0x10000, true)]
    [InlineData(0, 0x10001, false)]
    public void A_translated_device_reaches_what_its_tables_can_say(ulong address, long length, bool reached)
    {
        var device = new DmaDevice("d", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(12) });
        var profile = new MapperProfile(device, Addressing.Translated) { LastPhysical = new PhysicalAddress(0xFFFF) };
        Assert.Equal(reached, profile.Reaches(new PhysicalAddress(address), length));
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => profile.Reaches(new PhysicalAddress(address), 0)).ParamName);
    }

    [Fact]
    public void A_copied_profile_says_the_same_in_every_point()
    {
        var profile = new MapperProfile(new DmaDevice("d", new RequesterId(1)), Addressing.Translated)
        {
            BusOffset = 4096,
            LastPhysical = new PhysicalAddress(0xFFFF),
            BounceCapacity = 8192,
            BouncesEverything = true,
            BouncesPartialFrames = true,
        };
        var copy = new MapperProfile(profile);
        Assert.Equal(
            (profile.Device, profile.Addressing, profile.BusOffset, profile.LastPhysical, profile.BounceCapacity, profile.BouncesEverything, profile.BouncesPartialFrames),
            (copy.Device, copy.Addressing, copy.BusOffset, copy.LastPhysical, copy.BounceCapacity, copy.BouncesEverything, copy.BouncesPartialFrames));
        Assert.Equal("other", Assert.Throws<ArgumentNullException>(() => new MapperProfile(null!)).ParamName);
        Assert.Equal("device", Assert.Throws<ArgumentNullException>(() => new MapperProfile(null!, Addressing.Direct)).ParamName);
        Assert.Equal("addressing", Assert.Throws<ArgumentOutOfRangeException>(() => new MapperProfile(profile.Device, (Addressing)7)).ParamName);
        Assert.Equal("BounceCapacity", Assert.Throws<ArgumentOutOfRangeException>(() => new MapperProfile(profile.Device, Addressing.Direct) { BounceCapacity = -1 }).ParamName);
        Assert.Equal(0, new MapperProfile(profile.Device, Addressing.Direct) { BounceCapacity = 0 }.BounceCapacity);
    }

    [Fact]
    public void A_device_has_a_name_and_can_take_some_segment()
    {
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => new DmaDevice(" ", new RequesterId(1))).ParamName);
        Assert.Equal("constraints", Assert.Throws<ArgumentException>(() => new DmaDevice("d", new RequesterId(1), DmaConstraints.Bottom)).ParamName);
        Assert.Equal("Protection", Assert.Throws<ArgumentOutOfRangeException>(() => new DmaDevice("d", new RequesterId(1)) { Protection = MemoryProtection.Private + 1 }).ParamName);
        Assert.Equal("Protection", Assert.Throws<ArgumentOutOfRangeException>(() => new DmaDevice("d", new RequesterId(1)) { Protection = MemoryProtection.None - 1 }).ParamName);
        foreach (MemoryProtection protection in new[] { MemoryProtection.None, MemoryProtection.Shared, MemoryProtection.Private })
            Assert.Equal(protection, new DmaDevice("d", new RequesterId(1)) { Protection = protection }.Protection);
        Assert.True(new DmaDevice("d", new RequesterId(1)).IsTrusted);
        Assert.Equal("d (00:00.1)", new DmaDevice("d", new RequesterId(1)).ToString());
    }

    [Theory]
    [InlineData(DmaDirection.ToDevice, MemoryAccess.Read, false)]
    [InlineData(DmaDirection.FromDevice, MemoryAccess.Write, true)]
    [InlineData(DmaDirection.Bidirectional, MemoryAccess.Read | MemoryAccess.Write, true)]
    public void A_direction_is_what_the_device_does_to_memory(DmaDirection direction, MemoryAccess access, bool writes)
    {
        Assert.Equal(access, direction.DeviceAccess());
        Assert.Equal(writes, direction.DeviceWrites());
        Assert.Equal("direction", Assert.Throws<ArgumentOutOfRangeException>(() => default(DmaDirection).DeviceAccess()).ParamName);
        Assert.Equal("direction", Assert.Throws<ArgumentOutOfRangeException>(() => (DmaDirection.Bidirectional + 1).DeviceAccess()).ParamName);
    }
}
