using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Mappers that keep devices out of the rest of partly covered frames: which frames they copy, and where their prefixes end.</summary>
public class ConfinedFrameTests
{
    private const long Frame = 4096;

    private readonly PoolRig _rig = new(8);

    private static ulong Low => RigMemory.StartOf(HomeArea.Low) >> 12;

    /// <summary>The head and the frame behind it are copied as one piece, and the head's frame also stands whole.</summary>
    [Fact]
    public void A_head_is_found_whole_though_its_copy_goes_on_behind_it()
    {
        const ulong Reached = 0x6004;
        var window = new DmaWindow(default, new DmaAddress((Reached << 12) + 0xfff));
        var mapper = new BounceMapper(new DirectMapper(new DmaDevice("short", new RequesterId(1), new DmaConstraints { Window = window })), _rig.Pool, BounceMode.PartialFrames);
        var view = new PfnView([new Pfn(Reached), new Pfn(Reached + 1), new Pfn(Reached)], PageSize.Size4K, 100, (3 * Frame) - 100);
        MapResult refused = mapper.Map(view, DmaDirection.FromDevice, new DmaSegment[4]);
        Assert.Equal((MapStatus.WouldDiverge, 2), (refused.Status, refused.FailedFrame));
        MapResult read = mapper.Map(view, DmaDirection.ToDevice, new DmaSegment[4]);
        Assert.Equal((MapStatus.Mapped, (2 * Frame) - 100), (read.Status, read.BouncedBytes));
        mapper.Unmap(read.Token);
        Assert.Equal(8, _rig.FreeSlots);
    }

    [Fact]
    public void A_whole_frame_within_reach_stays_behind_frames_that_are_copied()
    {
        BounceMapper mapper = _rig.Mapper(mode: BounceMode.PartialFrames);
        Pfn[] frames = [.. Given.Frames(Low, 2, 10), .. Given.Frames(RigMemory.StartOf(HomeArea.High) >> 12, 2), new Pfn(Low + 20)];
        MapResult result = mapper.Map(new PfnView(frames, PageSize.Size4K, 100, (5 * Frame) - 100), DmaDirection.Bidirectional, new DmaSegment[8]);
        Assert.Equal((MapStatus.Mapped, (3 * Frame) - 100), (result.Status, result.BouncedBytes));
        mapper.Unmap(result.Token);
    }

    /// <summary>The tail would be copied, and the prefix that is mapped in the end has none.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_prefix_that_came_out_shorter_than_planned_may_end_where_a_frame_in_place_does(int offset)
    {
        long prefix = (2 * Frame) - offset;
        var mapper = new BounceMapper(new ShorteningMapper(new DirectMapper(_rig.Device()), prefix), _rig.Pool, BounceMode.PartialFrames);
        var view = new PfnView(Given.Frames(Low, 3, 10), PageSize.Size4K, offset, (3 * Frame) - offset - 96);
        MapResult result = mapper.Map(view, DmaDirection.Bidirectional, new DmaSegment[4], MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, prefix, offset == 0 ? 0 : Frame - offset, offset == 0 ? 8 : 7), (result.Status, result.Length, result.BouncedBytes, _rig.FreeSlots));
        mapper.Unmap(result.Token);
        Assert.Equal(8, _rig.FreeSlots);
    }

    [Fact]
    public void Of_the_slot_that_a_shorter_prefix_ends_in_the_device_sees_no_more_and_brings_no_more_home()
    {
        var mapper = new BounceMapper(new ShorteningMapper(new DirectMapper(_rig.Device()), 5000), _rig.Pool);
        MappedView home = Given.View(Given.High(0, 2));
        HomeBytes.Scribble(_rig.Memory, home, 1);
        byte[] before = HomeBytes.Read(_rig.Memory, home), seen = new byte[2 * Frame], written = HomeBytes.Noise(2 * Frame, 2);
        var segments = new DmaSegment[2];
        MapResult result = mapper.Map(home.View, DmaDirection.Bidirectional, segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 5000L, 5000L, 6L), (result.Status, result.Length, result.BouncedBytes, _rig.FreeSlots));
        BusPort port = BusPort.Direct(mapper.Profile.Device, _rig.Memory);
        Assert.True(port.TryRead(segments[0].Address, seen, out _));
        Assert.Equal(before.Select((one, at) => at < 5000 ? one : (byte)0), seen);
        Assert.True(port.TryWrite(segments[0].Address, written, out _));
        mapper.Unmap(result.Token);
        Assert.Equal(before.Select((one, at) => at < 5000 ? written[at] : one), HomeBytes.Read(_rig.Memory, home));
        Assert.Equal(8, _rig.FreeSlots);
    }

    /// <summary>Maps no more than so many bytes of a prefix, whatever it planned: as one does that is short of addresses.</summary>
    private sealed class ShorteningMapper(IDmaMapper inner, long most) : MapperWrapper(inner)
    {
        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
            => base.Map((options & MapOptions.Prefix) != 0 ? view.Slice(0, Math.Min(view.Length, most)) : view, direction, segments, options);
    }
}
