using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A run of homes that is longer than a home block of 64 KiB: one run of slots, and a piece for each block.</summary>
public sealed class LongRunTests
{
    private const int Longest = 512 << 10;

    private readonly PoolRig _rig = new(300);
    private readonly DmaSegment[] _segments = new DmaSegment[1];

    [Theory]
    [InlineData(0, Longest)]
    [InlineData(15, Longest)]
    [InlineData(15, Longest + 1)]
    [InlineData(511, 200_000)]
    public void A_device_sees_the_run_and_zeroes(int firstFrame, int length)
    {
        foreach (int offset in (ReadOnlySpan<int>)[0, 1, 4095])
        {
            PfnBuffer home = Marked(firstFrame, 140);
            PfnView view = home.View.Slice(offset, length);
            BounceMapper mapper = _rig.Mapper();
            MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None);
            Assert.Equal((MapStatus.Mapped, 1, (long)length), (result.Status, result.SegmentCount, result.BouncedBytes));

            // All of the slots, as a device that nothing confines sees them.
            int slots = (offset + length + 4095) / 4096;
            byte[] seen = Read(new PhysicalAddress(_segments[0].Address.Value - (ulong)offset), slots * 4096);
            byte[] wanted = new byte[slots * 4096];
            _rig.Memory.Read(view, 0, wanted.AsSpan(offset, length));
            Assert.True(wanted.AsSpan().SequenceEqual(seen));
            mapper.Unmap(result.Token);
            Assert.Equal(300, _rig.FreeSlots);
        }
    }

    [Theory]
    [InlineData(0, Longest)]
    [InlineData(60_000, 10_000)]
    [InlineData(65_536 - 4096 - 1, 2)]
    [InlineData(Longest - 1, 1)]
    public void A_range_that_is_synced_is_all_that_goes_home(int from, int length)
    {
        PfnView view = Marked(1, 129).View.Slice(17, Longest);
        byte[] home = new byte[Longest], written = new byte[Longest];
        _rig.Memory.Read(view, 0, home);
        new Random(7).NextBytes(written);
        BounceMapper mapper = _rig.Mapper();
        MapResult result = mapper.Map(view, DmaDirection.FromDevice, _segments, MapOptions.TakesTurns);
        _rig.Memory.Write(new PhysicalAddress(_segments[0].Address.Value), written);
        mapper.SyncForCpu(result.Token, from, length);
        mapper.Unmap(result.Token);
        written.AsSpan(from, length).CopyTo(home.AsSpan(from));
        byte[] after = new byte[Longest];
        _rig.Memory.Read(view, 0, after);
        Assert.True(home.AsSpan().SequenceEqual(after));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(127)]
    public void The_first_frame_that_would_diverge_is_named_and_nothing_is_kept(int frame)
    {
        PfnView view = Marked(9, 128).View;
        BounceMapper mapper = _rig.Mapper(), other = _rig.Mapper(name: "other");
        MapResult first = other.Map(view.Slice((frame * 4096) + 4000, 96), DmaDirection.FromDevice, _segments, MapOptions.None);
        MapResult refused = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.Equal((MapStatus.WouldDiverge, frame, 299L, 0), (refused.Status, refused.FailedFrame, _rig.FreeSlots, mapper.LiveMappings));
        other.Unmap(first.Token);
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.True(result.IsMapped);
        mapper.Unmap(result.Token);
        Assert.Equal(300, _rig.FreeSlots);
    }

    [Fact]
    public void A_run_that_is_longer_than_the_short_way_takes_is_mapped_all_the_same()
    {
        const int Length = 1 << 20;
        PfnView view = Marked(15, 257).View.Slice(4095, Length);
        BounceMapper mapper = _rig.Mapper();
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None);
        Assert.Equal((MapStatus.Mapped, 1, (long)Length, 300 - 257L), (result.Status, result.SegmentCount, result.BouncedBytes, _rig.FreeSlots));
        byte[] wanted = new byte[Length];
        _rig.Memory.Read(view, 0, wanted);
        Assert.True(wanted.AsSpan().SequenceEqual(Read(new PhysicalAddress(_segments[0].Address.Value), Length)));
        mapper.Unmap(result.Token);
        Assert.Equal(300, _rig.FreeSlots);
    }

    [Fact]
    public void A_run_that_goes_over_the_end_of_a_block_is_found_in_both()
    {
        PfnView view = Marked(15, 2).View;
        BounceMapper mapper = _rig.Mapper(), other = _rig.Mapper(name: "other");
        MappingToken token = mapper.Map(view, DmaDirection.FromDevice, _segments, MapOptions.None).Token;
        foreach (int at in (ReadOnlySpan<int>)[0, 4095, 4096, 8191])
            Assert.Equal(MapStatus.WouldDiverge, other.Map(view.Slice(at, 1), DmaDirection.ToDevice, _segments, MapOptions.None).Status);
        mapper.Unmap(token);
        Assert.Equal(300, _rig.FreeSlots);
    }

    [Fact]
    public void Its_slots_are_given_back_as_one_run_and_taken_again()
    {
        PfnView view = Marked(3, 20).View;
        BounceMapper mapper = _rig.Mapper();
        mapper.Unmap(mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None).Token);
        DmaAddress first = _segments[0].Address;
        mapper.Unmap(mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.None).Token);
        Assert.Equal(first, _segments[0].Address);
    }

    private PfnBuffer Marked(int first, int count)
    {
        PfnBuffer buffer = PoolRig.High(first, count);
        byte[] bytes = new byte[buffer.Length];
        new Random(first).NextBytes(bytes);
        _rig.Memory.Write(buffer.View, 0, bytes);
        return buffer;
    }

    private byte[] Read(PhysicalAddress from, int length)
    {
        byte[] bytes = new byte[length];
        _rig.Memory.Read(from, bytes);
        return bytes;
    }
}
