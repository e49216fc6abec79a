using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Many threads under one checker.</summary>
public class CheckerThreadTests
{
    [Fact]
    public async Task Threads_that_keep_to_their_own_frames_are_told_nothing()
    {
        var scene = new MisuseScene(throws: false);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() => Work(scene, thread), TestContext.Current.CancellationToken)));
        Assert.Empty(scene.Told);
        Assert.Equal(0, scene.Checker.LiveMappings);
        scene.Checker.CheckFree(MisuseScene.Frames(64).View);
        scene.Nic.Dispose();
        Assert.Empty(scene.Told);
    }

    [Fact]
    public async Task Of_two_threads_that_unmap_one_token_the_other_is_told()
    {
        var scene = new MisuseScene(throws: false);
        using var together = new Barrier(2);
        MappingToken token = default;
        int succeeded = 0;
        const int Rounds = 200;
        void Race(bool maps)
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (maps) token = scene.Map(scene.Nic);
                together.SignalAndWait();
                try
                {
                    scene.Nic.Unmap(token);
                    Interlocked.Increment(ref succeeded);
                }
                catch (ArgumentException)
                {
                }

                together.SignalAndWait();
            }
        }

        await Task.WhenAll(Task.Run(() => Race(true), TestContext.Current.CancellationToken), Task.Run(() => Race(false), TestContext.Current.CancellationToken));
        Assert.Equal(Rounds, succeeded);
        Assert.Equal(Rounds, scene.Told.Length);
        Assert.All(scene.Told, one => Assert.Equal(MisuseKind.AlreadyUnmapped, one.Kind));
        Assert.Equal((0, 0), (scene.Checker.LiveMappings, scene.Domain.LiveMappings));
    }

    private static void Work(MisuseScene scene, int thread)
    {
        var segments = new DmaSegment[4];
        PfnBuffer buffer = MisuseScene.Frames(8, thread * 8);
        IovaReservation reservation = scene.Nic.Reserve(8 * 4096).Reservation;
        for (int i = 0; i < 200; i++)
        {
            MappingToken token = scene.Nic.Map(buffer.View, DmaDirection.Bidirectional, segments, MapOptions.None).Token;
            scene.NicPort.TryWrite(segments[0].Address, new byte[100], out _);
            scene.Nic.SyncForCpu(token, 0, 4096);
            scene.Cpu.Write(buffer.View, 0, new byte[100]);
            scene.Nic.SyncForDevice(token, 0, 4096);
            scene.Nic.Unmap(token);
            scene.Nic.Link(reservation, 0, buffer.View, DmaDirection.FromDevice, MapOptions.None);
            scene.Nic.Sync(reservation);
            scene.NicPort.TryWrite(reservation.Address, new byte[100], out _);
            scene.Nic.Unlink(reservation, 0, buffer.Length);
        }

        scene.Nic.Release(reservation);
    }
}
