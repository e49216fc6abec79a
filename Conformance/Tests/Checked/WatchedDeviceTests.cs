using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a device may do at an address is what any of its mappings there lets it, and segments without bytes let it nothing.</summary>
public class WatchedDeviceTests
{
    private readonly CheckedRig _rig = new();

    [Theory]
    [InlineData(DmaDirection.ToDevice, MisuseKind.None, MisuseKind.DeviceAgainstDirection)]
    [InlineData(DmaDirection.FromDevice, MisuseKind.DeviceAgainstDirection, MisuseKind.None)]
    [InlineData(DmaDirection.Bidirectional, MisuseKind.None, MisuseKind.None)]
    public void A_device_goes_in_the_direction_of_its_mapping(DmaDirection direction, MisuseKind read, MisuseKind written)
    {
        BusPort port = _rig.Connect();
        MappingToken token = _rig.Map(direction, 3);
        Assert.Equal(read, _rig.Tells(() => port.TryRead(CheckedRig.BusAt(3, 1000), new byte[3096], out _)));
        Assert.Equal(written, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(3, 1000), new byte[3096], out _)));
        _rig.Mapper.Unmap(token);
    }

    [Theory]
    [InlineData(DmaDirection.ToDevice, DmaDirection.FromDevice)]
    [InlineData(DmaDirection.FromDevice, DmaDirection.ToDevice)]
    [InlineData(DmaDirection.Bidirectional, DmaDirection.ToDevice)]
    [InlineData(DmaDirection.FromDevice, DmaDirection.Bidirectional)]
    public void Of_two_mappings_of_an_address_one_lets_the_device(DmaDirection first, DmaDirection second)
    {
        BusPort port = _rig.Connect();
        MappingToken one = _rig.Map(first, 3), other = _rig.Map(second, 3);
        Assert.Equal(MisuseKind.None, _rig.Tells(() => port.TryRead(CheckedRig.BusAt(3), new byte[4096], out _)));
        Assert.Equal(MisuseKind.None, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(3), new byte[4096], out _)));
        _rig.Mapper.Unmap(one);
        _rig.Mapper.Unmap(other);
    }

    [Fact]
    public void An_access_goes_on_from_mapping_to_mapping()
    {
        BusPort port = _rig.Connect();
        MappingToken first = _rig.Map(DmaDirection.FromDevice, 3, 4), second = _rig.Map(DmaDirection.Bidirectional, 4, 5), third = _rig.Map(DmaDirection.ToDevice, 6);
        Assert.Equal(MisuseKind.None, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(3, 100), new byte[12188], out _)));
        Assert.Equal(MisuseKind.DeviceAgainstDirection, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(3, 100), new byte[12189], out _)));
        Assert.Equal(MisuseKind.None, _rig.Tells(() => port.TryRead(CheckedRig.BusAt(4), new byte[12288], out _)));
        Assert.Equal(MisuseKind.DeviceOutside, _rig.Tells(() => port.TryRead(CheckedRig.BusAt(4), new byte[12289], out _)));
        _rig.Mapper.Unmap(first);
        _rig.Mapper.Unmap(second);
        _rig.Mapper.Unmap(third);
    }

    [Fact]
    public void A_segment_without_bytes_is_nowhere()
    {
        BusPort port = _rig.Connect();
        _rig.Inner.Given = [new(CheckedRig.BusAt(9), 0), new(CheckedRig.BusAt(3), 4096)];
        Assert.Equal(MisuseKind.BadSegments, _rig.Tells(() => _rig.Map(DmaDirection.ToDevice, 3)));
        Assert.Equal(MisuseKind.DeviceAgainstDirection, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(3), new byte[1], out _)));
        Assert.Equal(MisuseKind.DeviceOutside, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(9), new byte[1], out _)));
        Assert.Equal(MisuseKind.Leak, _rig.Tells(_rig.Mapper.Dispose));
        QuarantineEntry entry = Assert.Single(_rig.Checker.Quarantine.Entries);
        Assert.Equal(CheckedRig.BusAt(3), entry.Address);
        Assert.Contains("4096 bytes ToDevice at 0x1003000, mapped by", entry.ToString(), StringComparison.Ordinal);
        _rig.Checker.Quarantine.Release(entry);
    }

    [Fact]
    public void A_mapping_without_segments_is_mapped_and_is_nowhere()
    {
        BusPort port = _rig.Connect();
        _rig.Inner.Given = [];
        MappingToken token = default;
        Assert.Equal(MisuseKind.BadSegments, _rig.Tells(() => token = _rig.Map(DmaDirection.ToDevice, 3)));
        Assert.True(_rig.IsMapped(3));
        Assert.Equal(MisuseKind.DeviceOutside, _rig.Tells(() => port.TryRead(CheckedRig.BusAt(3), new byte[1], out _)));
        _rig.Mapper.Unmap(token);
        Assert.False(_rig.IsMapped(3));

        Assert.Equal(MisuseKind.BadSegments, _rig.Tells(() => _rig.Map(DmaDirection.ToDevice, 3)));
        Assert.Equal(MisuseKind.Leak, _rig.Tells(_rig.Mapper.Dispose));
        QuarantineEntry entry = Assert.Single(_rig.Checker.Quarantine.Entries);
        Assert.Equal(default, entry.Address);
        Assert.Contains("4096 bytes ToDevice, mapped by", entry.ToString(), StringComparison.Ordinal);
        _rig.Checker.Quarantine.Release(entry);
        Assert.Equal((0, false), (_rig.Checker.LiveMappings, _rig.IsMapped(3)));
    }
}
