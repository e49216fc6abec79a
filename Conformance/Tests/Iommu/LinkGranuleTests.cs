using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;
using static Conformance.Tests.LinkRig;

namespace Conformance.Tests;

/// <summary>Links of whole granules, which may be larger than 4 KiB, and links that are refused: for the rest of a granule, for bits that are to be kept, or for their place.</summary>
public class LinkGranuleTests
{
    private static readonly PageSize[] Sizes = [PageSize.Size16K, PageSize.Size64K, PageSize.Size2M];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Some_bytes_of_a_granule_take_all_of_it_and_give_all_of_it_back(int at)
    {
        PageSize size = Sizes[at];
        long bytes = size.Bytes, inGranule = (bytes / 2) + 100;
        var rig = new LinkRig(granule: size);
        IovaReservation room = rig.Reserve((7 * bytes) + 1);
        Pfn[] frames = [new(0x8001), new(0x9001)];

        // The fourth granule, from its middle on.
        rig.Link(room, (3 * bytes) + inGranule, frames, size, inGranule, 1000);
        Assert.Equal([(3 * bytes, 0x8001ul << size.Shift, bytes)], Merged(rig, room));
        Assert.Throws<ArgumentException>("offset", () => { rig.TryLink(room, 3 * bytes, frames, size, 0, 100); });
        Assert.Throws<ArgumentException>("offset", () => { rig.TryLink(room, (4 * bytes) - 4096, frames, size, bytes - 4096, 4096); });
        Assert.Throws<ArgumentException>("offset", () => { rig.TryLink(room, (2 * bytes) + inGranule, frames, size, inGranule, bytes); });
        Assert.Throws<ArgumentException>("offset", () => { rig.TryLink(room, bytes + 4096, frames, size, 0, 100); });
        Assert.Throws<ArgumentException>("length", () => rig.Mapper.Unlink(room, 2 * bytes, 2 * bytes));
        Assert.Equal([(3 * bytes, 0x8001ul << size.Shift, bytes)], Merged(rig, room));
        rig.Mapper.Unlink(room, (3 * bytes) + inGranule, 1000);
        Assert.Equal([(3 * bytes, bytes)], rig.TakeAsked(room));
        Assert.Empty(rig.Pages(room));

        // The first granule, from its start, and both granules that a link lies in.
        rig.Link(room, 0, frames, size, 0, 5000);
        Assert.Equal([(0L, 0x8001ul << size.Shift, bytes)], Merged(rig, room));
        Assert.Throws<ArgumentException>("length", () => rig.Mapper.Unlink(room, 100, 0));
        rig.Mapper.Unlink(room, 0, 5000);
        Assert.Empty(rig.Pages(room));
        rig.Link(room, inGranule, frames, size, inGranule, bytes);
        Assert.Equal([(0L, 0x8001ul << size.Shift, bytes), (bytes, 0x9001ul << size.Shift, bytes)], Merged(rig, room));
        rig.Mapper.Unlink(room, inGranule, bytes);
        Assert.Equal([(0L, bytes), (0L, 2 * bytes)], rig.TakeAsked(room));
        Assert.Empty(rig.Pages(room));

        // Of the last granule one byte was asked for: there is all of it, and nothing behind.
        rig.Link(room, 7 * bytes, frames, size, 0, 1);
        Assert.Equal([(7 * bytes, 0x8001ul << size.Shift, bytes)], Merged(rig, room));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { rig.TryLink(room, 7 * bytes, frames, size, 0, bytes + 1); });
        rig.Mapper.Release(room);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void A_reservation_is_of_whole_granules()
    {
        var rig = new LinkRig(16 * 65536, granule: PageSize.Size64K);
        ulong free = rig.Domain.FreeIovaBytes;
        IovaReservation one = rig.Reserve(1), two = rig.Reserve(65537);
        Assert.Equal(3ul * 65536, free - rig.Domain.FreeIovaBytes);
        Assert.Equal(0ul, (one.Address.Value | two.Address.Value) & 0xFFFF);
        rig.Mapper.Release(one);
        rig.Mapper.Release(two);
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void Frames_that_are_smaller_than_a_granule_are_refused_for_no_one_frame()
    {
        var rig = new LinkRig(granule: PageSize.Size16K);
        IovaReservation room = rig.Reserve(4 * 16384);
        MapResult refused = rig.TryLink(room, 16384, Given.Frames(0x10000, 4));
        Assert.Equal((MapStatus.FrameTooSmall, -1), (refused.Status, refused.FailedFrame));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { rig.TryLink(room, 4 * 16384, Given.Frames(0x10000, 4)); });
        Assert.Empty(rig.Pages(room));
        rig.Mapper.Release(room);
    }

    [Theory]
    [InlineData(100, 5000, 0)]
    [InlineData(100, (2 * Granule) - 100, 0)]
    [InlineData(0, 5000, 1)]
    [InlineData(0, 2 * Granule, -1)]
    public void Of_granules_that_are_linked_partly_for_a_device_that_is_not_trusted_the_first_is_to_blame(long skipped, long length, int blamed)
    {
        var rig = new LinkRig(isTrusted: false);
        IovaReservation room = rig.Reserve(4 * Granule);
        MapResult result = rig.TryLink(room, Granule + skipped, Given.Frames(0x10000, 2), default, skipped, length);
        Assert.Equal((blamed < 0 ? MapStatus.Mapped : MapStatus.Unaligned, blamed), (result.Status, result.FailedFrame));
        Assert.Equal(blamed < 0 ? 2 : 0, rig.Pages(room).Count);
        rig.Mapper.Release(room);
    }

    [Fact]
    public void A_frame_whose_bits_would_not_be_kept_is_to_blame()
    {
        var rig = new LinkRig(rules: new DmaConstraints { OffsetPreservingMask = 0xFFFF });
        IovaReservation room = rig.Reserve(16 * Granule);
        MapResult refused = rig.TryLink(room, 3 * Granule, [new(0x10003), new(0x20004), new(0x30006)]);
        Assert.Equal((MapStatus.Unaligned, 2), (refused.Status, refused.FailedFrame));
        refused = rig.TryLink(room, 3 * Granule, [new(0x10004)]);
        Assert.Equal((MapStatus.Unaligned, 0), (refused.Status, refused.FailedFrame));
        Assert.Empty(rig.Pages(room));
        MapResult mapped = rig.TryLink(room, 3 * Granule, [new(0x10003), new(0x20004), new(0x30005)]);
        Assert.Equal((MapStatus.Mapped, 3 * Granule, -1), (mapped.Status, mapped.Length, mapped.FailedFrame));
        Assert.Equal(3, rig.Pages(room).Count);
        rig.Mapper.Release(room);
    }

    /// <summary>Also where the addresses before a reservation are those at the end of all.</summary>
    [Theory]
    [InlineData(0ul)]
    [InlineData(0xFFFul)]
    [InlineData(0xFFFFul)]
    public void An_offset_below_0_is_told_before_anything_of_the_frames(ulong kept)
    {
        var rig = new LinkRig(rules: new DmaConstraints { OffsetPreservingMask = kept });
        IovaReservation room = rig.Reserve(16 * Granule);
        foreach (long offset in new[] { -Granule, -(long)room.Address.Value - Granule })
        {
            Assert.Throws<ArgumentOutOfRangeException>("offset", () => { rig.TryLink(room, offset, [new(0x1000F), new(0x10010)]); });
            Assert.Throws<ArgumentOutOfRangeException>("offset", () => { rig.TryLink(room, offset, [new(0x10001), new(0x10010)]); });
        }

        rig.Mapper.Release(room);
    }

    [Fact]
    public void An_offset_is_the_view_s_in_its_granule()
    {
        var rig = new LinkRig();
        IovaReservation room = rig.Reserve(8 * Granule);
        Pfn[] frame = [new(0x10000)];
        Assert.Throws<ArgumentException>("offset", () => { rig.TryLink(room, 100, frame); });
        Assert.Throws<ArgumentException>("offset", () => { rig.TryLink(room, 0, frame, default, 100); });
        Assert.Throws<ArgumentException>("offset", () => { rig.TryLink(room, Granule + 101, frame, default, 100); });
        Assert.Empty(rig.Pages(room));
        rig.Link(room, Granule + 100, frame, default, 100);
        Assert.Equal(Small(Granule, frame), rig.Pages(room));
        rig.Mapper.Release(room);
    }

    /// <summary>Pages that follow each other on both sides, as one.</summary>
    private static List<(long At, ulong Physical, long Bytes)> Merged(LinkRig rig, IovaReservation room)
    {
        List<(long At, ulong Physical, long Bytes)> merged = [];
        foreach ((long at, ulong physical, long bytes) in rig.Pages(room))
        {
            (long At, ulong Physical, long Bytes) last = merged.Count > 0 ? merged[^1] : default;
            if (last.Bytes > 0 && last.At + last.Bytes == at && last.Physical + (ulong)last.Bytes == physical) merged[^1] = last with { Bytes = last.Bytes + bytes };
            else merged.Add((at, physical, bytes));
        }

        return merged;
    }
}
