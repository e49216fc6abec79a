using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Bytes that are mapped more than once: how often they may be, and when one of the mappings is a copy for sure.</summary>
public class OverlappingMappingsTests
{
    private readonly CheckedRig _rig = new();

    /// <summary>A mapping of frames 0 to 3, so many of which are copied: which, nobody knows. Another is certain to meet a copy where it has more than lie in place.</summary>
    [Theory]
    [InlineData(0, false, 0, 1, 2, 3)]
    [InlineData(1, false, 0, 1, 2)]
    [InlineData(1, true, 0, 1, 2, 3)]
    [InlineData(2, false, 0)]
    [InlineData(2, false, 0, 1)]
    [InlineData(2, false, 3, 8, 1)]
    [InlineData(2, false, 0, 1, 0)]
    [InlineData(2, true, 0, 1, 2)]
    [InlineData(2, true, 0, 2, 3)]
    [InlineData(2, true, 3, 1, 0)]
    [InlineData(2, true, 0, 1, 2, 3)]
    [InlineData(4, true, 0)]
    [InlineData(4, true, 8, 3)]
    [InlineData(4, false, 4)]
    public void A_copy_is_told_where_fewer_bytes_lie_in_place_than_are_mapped_again(int copied, bool diverges, params int[] frames)
    {
        MisuseKind expected = diverges ? MisuseKind.Diverging : MisuseKind.None;
        MappingToken Copy()
        {
            _rig.Inner.BouncedBytes = copied * 4096;
            MappingToken token = _rig.Map(DmaDirection.FromDevice, 0, 1, 2, 3);
            _rig.Inner.BouncedBytes = 0;
            return token;
        }

        MappingToken first = Copy(), second = default;
        Assert.Equal(expected, _rig.Tells(() => second = _rig.Map(DmaDirection.ToDevice, frames)));
        _rig.Mapper.Unmap(first);
        Assert.Equal(expected, _rig.Tells(() => first = Copy()));
        _rig.Mapper.Unmap(first);
        _rig.Mapper.Unmap(second);
    }

    /// <summary>What lies in place may then be the same frame twice, so that only a copy of everything is certain.</summary>
    [Theory]
    [InlineData(3, true, 0)]
    [InlineData(3, true, 5)]
    [InlineData(2, false, 0, 5)]
    [InlineData(1, false, 0, 5)]
    public void Of_a_mapping_with_a_frame_twice_only_a_whole_copy_is_told(int copied, bool diverges, params int[] frames)
    {
        _rig.Inner.BouncedBytes = copied * 4096;
        MappingToken twice = _rig.Map(DmaDirection.ToDevice, 0, 5, 0), other = default;
        _rig.Inner.BouncedBytes = 0;
        Assert.Equal(diverges ? MisuseKind.Diverging : MisuseKind.None, _rig.Tells(() => other = _rig.Map(DmaDirection.FromDevice, frames)));
        _rig.Mapper.Unmap(twice);
        _rig.Mapper.Unmap(other);
    }

    [Theory]
    [InlineData(MapOptions.TakesTurns, MapOptions.TakesTurns, false)]
    [InlineData(MapOptions.TakesTurns, MapOptions.None, true)]
    [InlineData(MapOptions.None, MapOptions.TakesTurns, true)]
    [InlineData(MapOptions.None, MapOptions.None, true)]
    public void Copies_stand_beside_each_other_where_both_take_turns(MapOptions first, MapOptions second, bool diverges)
    {
        _rig.Inner.BouncedBytes = 4096;
        MappingToken one = _rig.MapWith(first, DmaDirection.FromDevice, 0), other = default;
        Assert.Equal(diverges ? MisuseKind.Diverging : MisuseKind.None, _rig.Tells(() => other = _rig.MapWith(second, DmaDirection.FromDevice, 0)));
        _rig.Mapper.Unmap(one);
        _rig.Mapper.Unmap(other);
    }

    [Fact]
    public void Copies_that_are_only_read_stand_beside_each_other()
    {
        _rig.Inner.BouncedBytes = 4096;
        MappingToken one = _rig.Map(DmaDirection.ToDevice, 0), other = default;
        Assert.Equal(MisuseKind.None, _rig.Tells(() => other = _rig.Map(DmaDirection.ToDevice, 0)));
        _rig.Mapper.Unmap(one);
        _rig.Mapper.Unmap(other);
    }

    [Fact]
    public void Seven_mappings_may_let_devices_write_a_byte_and_no_eighth()
    {
        Map(7, DmaDirection.FromDevice, 2);
        MisuseReport? report = _rig.Told(() => _rig.Map(DmaDirection.Bidirectional, 2));
        Assert.Equal(MisuseKind.TooManyOverlaps, report?.Kind);
        Assert.StartsWith("8 mappings", report!.Found, StringComparison.Ordinal);
        Assert.EndsWith("more than 7", report.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_only_reads_may_stand_beside_them()
    {
        Map(7, DmaDirection.FromDevice, 2);
        Map(8, DmaDirection.ToDevice, 2);
    }

    [Fact]
    public void Beside_any_number_that_only_read_one_may_write()
    {
        Map(20, DmaDirection.ToDevice, 2);
        Map(7, DmaDirection.FromDevice, 2);
        Assert.Equal(MisuseKind.TooManyOverlaps, _rig.Tells(() => _rig.Map(DmaDirection.FromDevice, 2)));
    }

    /// <summary>That is where the last of the writers begins, and nowhere else.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void They_are_counted_where_the_most_meet(int others)
    {
        Map(6, DmaDirection.FromDevice, 2, 3, 4);
        Map(1, DmaDirection.FromDevice, 3);
        Map(others, DmaDirection.ToDevice, 4);
        Assert.Equal(MisuseKind.TooManyOverlaps, _rig.Tells(() => _rig.Map(DmaDirection.FromDevice, 2, 3, 4)));
    }

    [Fact]
    public void They_are_counted_where_the_new_one_begins()
    {
        Map(6, DmaDirection.FromDevice, 1, 2, 3);
        Map(1, DmaDirection.FromDevice, 2);
        Assert.Equal(MisuseKind.None, _rig.Tells(() => _rig.Map(DmaDirection.FromDevice, 3)));
        Assert.Equal(MisuseKind.TooManyOverlaps, _rig.Tells(() => _rig.Map(DmaDirection.FromDevice, 3)));
    }

    [Fact]
    public void Mappings_that_do_not_meet_are_not_counted_together()
    {
        Map(4, DmaDirection.FromDevice, 2);
        Map(4, DmaDirection.FromDevice, 3);
        Map(3, DmaDirection.FromDevice, 2, 3);
        Assert.Equal(MisuseKind.TooManyOverlaps, _rig.Tells(() => _rig.Map(DmaDirection.FromDevice, 2, 3)));
    }

    [Theory]
    [InlineData(true, 0, 5, 0)]
    [InlineData(true, 5, 0, 5)]
    [InlineData(true, 4, 0, 1, 2, 0)]
    [InlineData(true, 9, 7, 5, 3, 9)]
    [InlineData(true, 6, 6)]
    [InlineData(false, 1, 0)]
    [InlineData(false, 3, 2, 1)]
    [InlineData(false, 1, 0, 3)]
    [InlineData(false, 0)]
    public void A_frame_that_a_device_writes_stands_once_where_writes_are_not_shared(bool twice, params int[] frames)
    {
        var rig = new CheckedRig(forbidsSharedWrites: true);
        MappingToken read = default, written = default;
        Assert.Equal(MisuseKind.None, rig.Tells(() => read = rig.Map(DmaDirection.ToDevice, frames)));
        rig.Mapper.Unmap(read);
        Assert.Equal(twice ? MisuseKind.SharedWrite : MisuseKind.None, rig.Tells(() => written = rig.Map(DmaDirection.FromDevice, frames)));
        rig.Mapper.Unmap(written);
    }

    /// <summary>So often, and nothing is told.</summary>
    private void Map(int times, DmaDirection direction, params int[] frames)
        => Assert.All(Enumerable.Range(0, times), _ => Assert.Equal(MisuseKind.None, _rig.Tells(() => _rig.Map(direction, frames))));
}
