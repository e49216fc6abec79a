using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Wrong arguments are told with the parameter and the limit, and change nothing.</summary>
public class MapperArgumentTests
{
    public static TheoryData<MapperKind> Kinds => [.. Enum.GetValues<MapperKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_view_is_refused(MapperKind kind)
    {
        MapperRig rig = MapperRig.Of(Given.Case(kind));
        Assert.Equal("view", Assert.Throws<ArgumentException>(() => { rig.Mapper.Map(default, DmaDirection.ToDevice, new DmaSegment[1]); }).ParamName);
        Assert.Equal("view", Assert.Throws<ArgumentException>(() => { rig.Mapper.Plan(default, DmaDirection.ToDevice); }).ParamName);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_direction_that_is_none_is_refused(MapperKind kind)
    {
        MapperCase one = Given.Case(kind);
        MapperRig rig = MapperRig.Of(one);
        foreach (DmaDirection direction in new[] { DmaDirection.None, (DmaDirection)4, (DmaDirection)(-1) })
        {
            var map = Assert.Throws<ArgumentOutOfRangeException>(() => { rig.Mapper.Map(one.View, direction, new DmaSegment[1]); });
            Assert.Equal("direction", map.ParamName);
            Assert.Contains("ToDevice, FromDevice or Bidirectional", map.Message, StringComparison.Ordinal);
            Assert.Equal("direction", Assert.Throws<ArgumentOutOfRangeException>(() => { rig.Mapper.Plan(one.View, direction); }).ParamName);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_option_that_is_none_is_refused(MapperKind kind)
    {
        MapperCase one = Given.Case(kind);
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        foreach (MapOptions options in new[] { (MapOptions)16, (MapOptions)(-1), MapOptions.TakesTurns | (MapOptions)32 })
        {
            var map = Assert.Throws<ArgumentOutOfRangeException>(() => { rig.Mapper.Map(one.View, DmaDirection.ToDevice, new DmaSegment[1], options); });
            Assert.Equal("options", map.ParamName);
            Assert.Contains("Prefix, ZeroCopy, RestIsZero, TakesTurns", map.Message, StringComparison.Ordinal);
            Assert.Equal("options", Assert.Throws<ArgumentOutOfRangeException>(() => { rig.Mapper.Plan(one.View, DmaDirection.ToDevice, options); }).ParamName);
        }

        Assert.Equal(before, rig.State());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sync_outside_the_mapping_is_refused_with_the_limit(MapperKind kind)
    {
        MapperCase one = Given.Case(kind, Given.Low(0, 2));
        MapperRig rig = MapperRig.Of(one);
        MapResult result = rig.Map(one, out _);
        foreach (Action<MappingToken, long, long> sync in new Action<MappingToken, long, long>[] { rig.Mapper.SyncForCpu, rig.Mapper.SyncForDevice })
        {
            Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => sync(result.Token, -1, 0)).ParamName);
            var offset = Assert.Throws<ArgumentOutOfRangeException>(() => sync(result.Token, 8193, 0));
            Assert.Equal("offset", offset.ParamName);
            Assert.Contains("8192", offset.Message, StringComparison.Ordinal);
            Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => sync(result.Token, 0, -1)).ParamName);
            var length = Assert.Throws<ArgumentOutOfRangeException>(() => sync(result.Token, 8000, 193));
            Assert.Equal("length", length.ParamName);
            Assert.Contains("192", length.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => sync(result.Token, 1, long.MaxValue));
            sync(result.Token, 8192, 0);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_frame_beyond_all_addresses_is_refused_with_the_limit(MapperKind kind)
    {
        MapperCase one = Given.Case(kind);
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        foreach (Pfn[] frames in new Pfn[][] { [new Pfn(1ul << 52)], [new Pfn(0x10000), new Pfn(ulong.MaxValue)] })
        {
            var refused = Assert.Throws<ArgumentOutOfRangeException>(() => { rig.Mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional, new DmaSegment[4]); });
            Assert.NotNull(refused.ParamName);
            Assert.Throws<ArgumentOutOfRangeException>(() => { rig.Mapper.Plan(new PfnView(frames, PageSize.Size4K), DmaDirection.Bidirectional); });
        }

        Assert.Equal(before, rig.State());
    }

    [Theory]
    [InlineData(MapperKind.Iommu, MapStatus.UnreachableFrame)]
    [InlineData(MapperKind.IommuBouncePartial, MapStatus.Mapped)]
    public void A_frame_beyond_what_tables_can_name_is_a_status_or_is_bounced(MapperKind kind, MapStatus expected)
    {
        MapperCase one = Given.Case(kind, Given.Low(0, 2), new MappedRun(HomeArea.Huge, 0, 0, 1));
        MapperRig rig = MapperRig.Of(one);
        MapResult result = rig.Map(one, out _);
        Assert.Equal(expected, result.Status);
        if (result.IsMapped) Assert.Equal(4096, result.BouncedBytes);
        else Assert.Equal(2, result.FailedFrame);
    }

    [Fact]
    public void A_device_that_is_not_trusted_has_no_direct_mapper()
    {
        var device = new DmaDevice("stranger", new RequesterId(1)) { IsTrusted = false };
        Assert.Equal("device", Assert.Throws<ArgumentException>(() => new DirectMapper(device)).ParamName);
    }

    [Fact]
    public void A_bus_offset_that_is_no_multiple_of_a_frame_is_refused()
        => Assert.Equal("busOffset", Assert.Throws<ArgumentOutOfRangeException>(() => new DirectMapper(new DmaDevice("d", new RequesterId(1)), 2048)).ParamName);

    [Fact]
    public void Nothing_in_place_of_something_is_refused()
    {
        Assert.Equal("device", Assert.Throws<ArgumentNullException>(() => new DirectMapper(null!)).ParamName);
        Assert.Equal("inner", Assert.Throws<ArgumentNullException>(() => new BounceMapper(null!, null!)).ParamName);
        Assert.Equal("pool", Assert.Throws<ArgumentNullException>(() => new BounceMapper(new DirectMapper(new DmaDevice("d", new RequesterId(1))), null!)).ParamName);
        Assert.Equal("mapper", Assert.Throws<ArgumentNullException>(() => { DmaMapperExtensions.Map(null!, default, DmaDirection.ToDevice, default); }).ParamName);
    }
}
