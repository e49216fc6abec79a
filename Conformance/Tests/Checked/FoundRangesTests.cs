using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Whatever is mapped is found by its bytes, however many ranges it has and whatever else begins, ends or lies beside it; nothing else is.</summary>
public class FoundRangesTests
{
    private readonly CheckedRig _rig = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(17)]
    public void Each_range_of_a_mapping_is_found_until_it_is_unmapped(int ranges)
    {
        BusPort port = _rig.Connect();
        MappingToken above = _rig.Map(DmaDirection.ToDevice, 100), below = _rig.Map(DmaDirection.ToDevice, 0);
        int[] frames = [.. Enumerable.Range(1, ranges).Reverse().Select(static i => 2 * i)], around = [.. frames.Select(static frame => frame + 1), 1];
        MappingToken token = _rig.Map(DmaDirection.FromDevice, frames);
        Assert.All(frames, frame => Assert.True(_rig.IsMapped(frame)));
        Assert.All(frames, frame => Assert.Equal(MisuseKind.None, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(frame, 4000), new byte[96], out _))));
        Assert.All(around, frame => Assert.False(_rig.IsMapped(frame)));
        Assert.All(around, frame => Assert.Equal(MisuseKind.DeviceOutside, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(frame), new byte[1], out _))));
        Assert.True(_rig.IsMapped(100) && _rig.IsMapped(0));
        _rig.Mapper.Unmap(token);
        Assert.All(frames, frame => Assert.False(_rig.IsMapped(frame)));
        Assert.All(frames, frame => Assert.Equal(MisuseKind.DeviceAfterUnmap, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(frame, 4000), new byte[96], out _))));
        Assert.True(_rig.IsMapped(100, 4095, 1) && _rig.IsMapped(0, 4095, 1));
        _rig.Mapper.Unmap(above);
        _rig.Mapper.Unmap(below);
        Assert.False(_rig.IsMapped(0, 0, 101 * 4096));
    }

    /// <summary>They are one, two and three frames long, and made in this order; where another's bytes are left, they are found.</summary>
    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public void Of_mappings_that_begin_together_each_ends_alone(params int[] ends)
    {
        BusPort port = _rig.Connect();
        MappingToken[] tokens = [_rig.Map(DmaDirection.FromDevice, 4), _rig.Map(DmaDirection.FromDevice, 4, 5), _rig.Map(DmaDirection.FromDevice, 4, 5, 6)];
        for (int ended = 0; ended <= ends.Length; ended++)
        {
            int longest = ends.Skip(ended).Select(static one => one + 1).DefaultIfEmpty(0).Max();
            for (int i = 0; i < 4; i++)
            {
                Assert.Equal(i < longest, _rig.IsMapped(4 + i));
                Assert.Equal(i < longest, _rig.Tells(() => port.TryWrite(CheckedRig.BusAt(4 + i, 8), new byte[8], out _)) == MisuseKind.None);
            }

            if (ended < ends.Length) _rig.Mapper.Unmap(tokens[ends[ended]]);
        }
    }

    [Fact]
    public void A_mapping_is_found_by_any_of_its_bytes_after_another_has_ended()
    {
        MappingToken longer = _rig.Map(DmaDirection.FromDevice, 0, 1, 2, 3), shorter = _rig.Map(DmaDirection.FromDevice, 10);
        _rig.Mapper.Unmap(shorter);
        Assert.True(_rig.IsMapped(0) && _rig.IsMapped(2) && _rig.IsMapped(3, 4095, 1));
        Assert.False(_rig.IsMapped(4) || _rig.IsMapped(10));
        _rig.Mapper.Unmap(longer);
        Assert.False(_rig.IsMapped(2));
    }

    /// <summary>The long one makes that more than the next range is looked at.</summary>
    [Fact]
    public void What_lies_beside_a_mapping_is_not_of_it()
    {
        MappingToken one = _rig.Map(DmaDirection.FromDevice, 1), far = _rig.Map(DmaDirection.FromDevice, 10, 11, 12, 13);
        Assert.Equal((false, true, false), (_rig.IsMapped(0), _rig.IsMapped(1), _rig.IsMapped(2)));
        Assert.Equal((false, true), (_rig.IsMapped(2, 0, 1), _rig.IsMapped(2, -1, 1)));
        Assert.Equal((false, true), (_rig.IsMapped(0, 0, 4096), _rig.IsMapped(0, 0, 4097)));
        Assert.True(_rig.MayRead(2) && _rig.MayRead(14) && _rig.MayRead(9));
        _rig.Mapper.Unmap(one);
        _rig.Mapper.Unmap(far);
    }
}
