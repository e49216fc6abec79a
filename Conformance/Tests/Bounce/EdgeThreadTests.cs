using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Links with edges from several threads.</summary>
public class EdgeThreadTests
{
    private const long Granule = 4096;

    private readonly EdgeRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Threads_link_and_unlink_apart_ranges_of_one_reservation()
    {
        var before = _rig.State();
        IovaReservation room = _rig.Reserve(32, 16);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            () =>
            {
                BusPort port = _rig.Iommu.Connect(new DmaDevice($"device {thread}", new RequesterId((ushort)(100 + thread))) { IsTrusted = false }, _rig.Domain);
                Pfn[] frames = _rig.Mark(Given.Frames(0x10000 + (ulong)(thread << 8), 6));
                byte[] seen = new byte[3 * Granule], home = _rig.Home(frames);
                for (int round = 0; round < 400; round++)
                {
                    for (int half = 0; half < 2; half++)
                    {
                        long at = ((thread * 8) + (half * 3)) * Granule;
                        _rig.Link(room, at + 10, new PfnView(frames.AsSpan(half * 3, 3), PageSize.Size4K, 10, (3 * Granule) - 20), DmaDirection.Bidirectional);
                    }

                    byte mark = (byte)round;
                    for (int half = 0; half < 2; half++)
                    {
                        long at = ((thread * 8) + (half * 3)) * Granule;
                        Assert.True(port.TryRead(room.Address + at, seen, out DmaFault fault), fault.ToString());
                        Assert.True(seen.AsSpan(10, seen.Length - 20).SequenceEqual(home.AsSpan((int)(half * 3 * Granule) + 10, seen.Length - 20)));
                        Assert.Equal((0, 0), (seen[9], seen[^10]));
                        Assert.True(port.TryWrite(room.Address + at + 10, [mark], out fault) && port.TryWrite(room.Address + (at + (3 * Granule) - 11), [mark], out fault), fault.ToString());
                        (home[(half * 3 * Granule) + 10], home[((half + 1) * 3 * Granule) - 11]) = (mark, mark);
                        if (round % 3 == 0) _rig.Mapper.SyncForCpu(room, at + 10, 100);
                    }

                    long first = thread * 8 * Granule;
                    if (round % 2 == 0)
                    {
                        // Two whole links side by side.
                        _rig.Mapper.Unlink(room, first + 10, (6 * Granule) - 20);
                    }
                    else
                    {
                        for (int half = 1; half >= 0; half--) _rig.Mapper.Unlink(room, first + (half * 3 * Granule) + 10, (3 * Granule) - 20);
                    }

                    Assert.False(port.TryRead(room.Address + first + 10, seen.AsSpan(0, 1), out _));
                    Assert.Equal(home, _rig.Home(frames));
                }
            },
            Stop)));
        _rig.Mapper.Release(room);
        Assert.Equal(before, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public async Task Of_threads_that_link_and_release_at_once_none_loses_a_slot()
    {
        var before = _rig.State();
        for (int round = 0; round < 400; round++)
        {
            IovaReservation room = _rig.Reserve(16, 8);
            Task linker = Task.Run(
                () =>
                {
                    for (int i = 0; i < 4; i++) Record.Exception(() => _rig.TryLink(room, (i * 4 * Granule) + 1, new PfnView(Given.Frames(0x10000 + (ulong)(i * 4), 4), PageSize.Size4K, 1, (4 * Granule) - 2)));
                },
                Stop);
            Exception?[] told = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Record.Exception(() => _rig.Mapper.Release(room)), Stop)));
            await linker;
            Assert.Single(told, one => one is ArgumentException);
            Assert.Single(told, one => one is null);
        }

        Assert.Equal(before, _rig.State());
        _rig.GiveBack();
    }

    [Fact]
    public async Task Releasing_waits_for_who_links()
    {
        IovaReservation room = _rig.Reserve(4, 2);
        using var reached = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var slow = new SlowReserving(_rig.Inner)
        {
            Linked = () =>
            {
                reached.Set();
                goOn.Wait(Stop);
            },
        };
        var mapper = new ReservingBounceMapper(slow, _rig.Pool);
        IovaReservation held = mapper.Reserve(4 * Granule, 2).Reservation;
        Task<MapStatus> linker = Task.Run(() => mapper.Link(held, 10, new PfnView([new Pfn(0x10000)], PageSize.Size4K, 10, 20), DmaDirection.Bidirectional, MapOptions.None).Status, Stop);
        reached.Wait(Stop);
        Task release = Task.Run(() => mapper.Release(held), Stop);
        await Task.Delay(30, Stop);
        Assert.False(release.IsCompleted);
        goOn.Set();
        await release;
        Assert.Equal(MapStatus.Mapped, await linker);
        Assert.Empty(_rig.Pages());
        _rig.Mapper.Release(room);
        _rig.GiveBack();
    }

    [Fact]
    public void A_link_that_is_made_in_a_range_before_its_unlinking_returns_keeps_its_slots()
    {
        var slow = new SlowReserving(_rig.Inner);
        var mapper = new ReservingBounceMapper(slow, _rig.Pool);
        Pfn[] frames = _rig.Mark(Given.Frames(0x10000, 2, 2));
        IovaReservation room = mapper.Reserve(4 * Granule, 2).Reservation;
        MapResult early = default;
        Assert.True(mapper.Link(room, 10, new PfnView(frames.AsSpan(0, 1), PageSize.Size4K, 10, 20), DmaDirection.Bidirectional, MapOptions.None).IsMapped);

        // The granule is free to the wrapped mapper, and its first link's copy not home yet.
        slow.Unlinked = () =>
        {
            slow.Unlinked = null;
            early = mapper.Link(room, 10, new PfnView(frames.AsSpan(1, 1), PageSize.Size4K, 10, 20), DmaDirection.Bidirectional, MapOptions.None);
        };
        _rig.DeviceWrites(room.Address + 10, [1]);
        mapper.Unlink(room, 10, 20);
        Assert.True(early.IsMapped);
        Assert.Equal(1, _rig.Home(frames)[10]);

        // Its slot is still its own: the next one gets another.
        Assert.True(mapper.Link(room, Granule, new PfnView(frames.AsSpan(0, 1), PageSize.Size4K, 0, 20), DmaDirection.ToDevice, MapOptions.None).IsMapped);
        Assert.Equal(_rig.Home(frames)[(int)Granule + 10], _rig.DeviceReads(room.Address + 10, 1)[0]);
        _rig.DeviceWrites(room.Address + 10, [2]);
        mapper.Unlink(room, 10, 20);
        Assert.Equal(2, _rig.Home(frames)[(int)Granule + 10]);
        mapper.Release(room);
        _rig.GiveBack();
    }
}
