using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a device that is not trusted reaches through links.</summary>
public class EdgeLinkTests
{
    private const long Granule = 4096;

    private readonly EdgeRig _rig = new();

    /// <summary>Offsets and lengths: within one granule, with a head, with a tail, with both, with neither.</summary>
    public static TheoryData<long, long> Views => new()
    {
        { 100, 50 },
        { 0, 100 },
        { 4000, 96 },
        { 0, 4096 },
        { 4095, 2 },
        { 100, (3 * Granule) - 100 },
        { 0, (2 * Granule) + 10 },
        { 100, 3 * Granule },
        { 1, (4 * Granule) - 2 },
        { 0, 3 * Granule },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void The_device_reads_the_bytes_of_the_view_and_zeros(long offset, long length)
    {
        int granules = Frames(offset, length);
        Pfn[] frames = _rig.Mark(Given.Frames(0x10000, granules, 2));
        var view = new PfnView(frames, PageSize.Size4K, offset, length);
        IovaReservation room = _rig.Reserve(granules + 2, 2);
        _rig.Link(room, Granule + offset, view, DmaDirection.ToDevice);

        byte[] expected = [.. _rig.Home(frames).Select((one, at) => at >= offset && at < offset + length ? one : (byte)0)];
        Assert.Equal(expected, _rig.DeviceReads(room.Address + Granule, granules * Granule));
        Assert.False(_rig.Reaches(room.Address + (Granule - 1)) || _rig.Reaches(room.Address + ((granules + 1) * Granule)));
        Assert.False(_rig.Port.TryWrite(room.Address + Granule + offset, [1], out _));
        _rig.Mapper.Release(room);
        Assert.False(_rig.Reaches(room.Address + Granule + offset));
        _rig.GiveBack();
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Only_edges_are_copied(long offset, long length)
    {
        int granules = Frames(offset, length);
        Pfn[] frames = Given.Frames(0x10000, granules, 2);
        IovaReservation room = _rig.Reserve(granules, 2);
        MapResult result = _rig.Mapper.Link(room, offset, new PfnView(frames, PageSize.Size4K, offset, length), DmaDirection.Bidirectional, MapOptions.None);
        bool[] whole = [.. Enumerable.Range(0, granules).Select(i => i * Granule >= offset && (i + 1) * Granule <= offset + length)];
        Assert.Equal(length - (whole.Count(one => one) * Granule), result.BouncedBytes);
        Assert.Equal(length, result.Length);
        ulong[] reached = [.. _rig.Pages().SelectMany(page => Enumerable.Range(0, (int)(page.Bytes / Granule)).Select(i => page.Physical + (ulong)(i * Granule)))];
        for (int i = 0; i < granules; i++) Assert.Equal(whole[i], reached[i] == frames[i].Value << 12);
        Assert.All(reached.Where((_, i) => !whole[i]), at => Assert.InRange(at, RigMemory.Pool, RigMemory.Pool + (ulong)_rig.Pool.Capacity - 1));
        _rig.Mapper.Release(room);
    }

    [Fact]
    public void Large_pages_stand_between_edges()
    {
        const long table = 512 * Granule;
        using var buffer = new PfnBuffer(Given.Frames(0x20000 - 1, 514), PageSize.Size4K, 100, (514 * Granule) - 300);
        IovaReservation room = _rig.Reserve(1026, 2);
        _rig.Link(room, table - Granule + 100, buffer.View);
        Assert.Equal([Granule, table, Granule], _rig.Pages().Select(page => page.Bytes));
        _rig.Mapper.Release(room);
    }

    [Fact]
    public void Links_of_one_reservation_each_have_their_direction()
    {
        IovaReservation room = _rig.Reserve(12, 8);
        Pfn[] frames = _rig.Mark(Given.Frames(0x10000, 12));
        PfnView Part(int at) => new(frames.AsSpan(at, 3), PageSize.Size4K, 10, (3 * Granule) - 20);
        _rig.Link(room, 10, Part(0), DmaDirection.ToDevice);
        _rig.Link(room, (3 * Granule) + 10, Part(3), DmaDirection.FromDevice);
        _rig.Link(room, (6 * Granule) + 10, Part(6), DmaDirection.Bidirectional);
        _rig.Link(room, (9 * Granule) + 10, Part(9), DmaDirection.ToDevice);
        for (int granule = 0; granule < 12; granule++)
        {
            DmaAddress at = room.Address + (granule * Granule) + 50;
            Assert.Equal(granule / 3 != 1, _rig.Port.TryRead(at, new byte[1], out _));
            Assert.Equal(granule / 3 is 1 or 2, _rig.Port.TryWrite(at, [0], out _));
        }

        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void Several_links_are_unlinked_at_once_and_their_slots_serve_the_next()
    {
        Pfn[] frames = _rig.Mark(Given.Frames(0x10000, 6));
        IovaReservation room = _rig.Reserve(8, 6);
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 3; i++) _rig.Link(room, (i * 2 * Granule) + 8, new PfnView(frames.AsSpan(i * 2, 2), PageSize.Size4K, 8, 8000), DmaDirection.FromDevice);
            byte[] before = _rig.Home(frames);
            for (int i = 0; i < 3; i++) _rig.DeviceWrites(room.Address + (i * 2 * Granule), [.. Enumerable.Repeat((byte)(0xF0 + round), 8192)]);
            _rig.Mapper.Unlink(room, 8, (4 * Granule) + 8000);
            Assert.Empty(_rig.Pages());
            Assert.Equal(before.Select((one, at) => at % 8192 is >= 8 and < 8008 ? (byte)(0xF0 + round) : one), _rig.Home(frames));
        }

        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void Segments_are_of_the_links_and_not_of_their_parts()
    {
        IovaReservation room = _rig.Reserve(8, 4);
        Pfn[] frames = Given.Frames(0x10000, 3, 2);
        _rig.Link(room, 100, new PfnView(frames, PageSize.Size4K, 100, (3 * Granule) - 100));
        _rig.Link(room, 3 * Granule, new PfnView(frames.AsSpan(0, 1), PageSize.Size4K, 0, 50));
        var segments = new DmaSegment[4];
        MapResult cut = _rig.Mapper.Segments(room, 100, (3 * Granule) - 50, segments);
        Assert.Equal([new DmaSegment(room.Address + 100, (3 * Granule) - 50)], segments.Take(cut.SegmentCount));
        _rig.Mapper.Release(room);
    }

    private static int Frames(long offset, long length) => (int)((offset + length + Granule - 1) / Granule);
}
