using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A domain is disposed while others map in it: one of the two is told, and no table is lost or written once it is somebody else's.</summary>
public class DisposalRaceTests
{
    private const int Frames = 64;

    [Fact]
    public async Task A_disposal_that_is_refused_disturbs_nobody()
    {
        var machine = EmulatedMachine.WithRam(16 << 20);
        var domain = new IommuDomain(machine, machine.Frames, new EmulatedIommu(machine));
        var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
        MappingToken stays = mapper.Map(new PfnView([new Pfn(9)], PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]).Token;
        bool stop = false;
        Task disposing = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref stop)) Assert.Throws<InvalidOperationException>(domain.Dispose);
            },
            TestContext.Current.CancellationToken);
        var segments = new DmaSegment[1];
        int mapped = 0;
        for (long end = Environment.TickCount64 + 1200; Environment.TickCount64 < end; mapped++)
        {
            MapResult result = mapper.Map(new PfnView([new Pfn(7)], PageSize.Size4K), DmaDirection.ToDevice, segments);
            Assert.Equal((MapStatus.Mapped, false, true), (result.Status, result.Token.IsNone, segments[0].Address.Value != 0));
            mapper.Unmap(result.Token);
        }

        Volatile.Write(ref stop, true);
        await disposing;
        Assert.True(mapped > 0);
        mapper.Unmap(stays);
        domain.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(700)]
    public async Task Either_the_map_succeeds_and_the_disposal_throws_or_the_map_throws(int pages)
    {
        int maps = 0, disposals = 0;
        for (int round = 0; round < 400; round++)
        {
            SparseMemory memory = RigMemory.Create();
            var tables = new FrameAllocator(new PhysicalAddress(RigMemory.Tables), Frames * 4096L);
            var domain = new IommuDomain(memory, tables, new EmulatedIommu(memory));
            var mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), domain);
            Pfn[] frames = Given.Frames(0x10000, pages, 2);
            int arrived = 0;
            Task<MapResult?> mapping = Task.Run<MapResult?>(
                () =>
                {
                    Meet(ref arrived);
                    if (round % 10 == 0) SpinWait.SpinUntil(() => Volatile.Read(ref arrived) == 3);
                    else Thread.SpinWait(round % 20 * 10);
                    try
                    {
                        return mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1]);
                    }
                    catch (ObjectDisposedException)
                    {
                        return null;
                    }
                },
                TestContext.Current.CancellationToken);
            Meet(ref arrived);
            Thread.SpinWait(round / 20 * 10);

            // Most rounds are a race; in every tenth the disposal is surely first, so that both ways out are seen on any machine.
            bool disposed = TryDispose(domain);
            Interlocked.Increment(ref arrived);
            if (disposed) Assert.Equal(Frames, Fill(memory, tables));
            MapResult? result = await mapping;
            if (result is { } made)
            {
                Assert.Equal((MapStatus.Mapped, false, false), (made.Status, made.Token.IsNone, disposed));
                mapper.Unmap(made.Token);
                maps++;
            }

            if (disposed)
            {
                disposals++;
                Assert.True(IsUntouched(memory), $"a table was written after it was freed, round {round}");
            }
            else
            {
                domain.Dispose();
                Assert.Equal(Frames, tables.FreeFrames);
            }
        }

        Assert.True(maps > 0 && disposals > 0, $"{maps} maps, {disposals} disposals");
    }

    /// <summary>Two threads go on from here within a few instructions: neither sleeps.</summary>
    private static void Meet(ref int arrived)
    {
        Interlocked.Increment(ref arrived);
        for (int spins = 0; Volatile.Read(ref arrived) < 2; spins++)
        {
            if (spins % 5000 == 4999) Thread.Sleep(0);
        }
    }

    private static bool TryDispose(IommuDomain domain)
    {
        try
        {
            domain.Dispose();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Takes all frames for another owner, who writes to them.</summary>
    private static int Fill(SparseMemory memory, FrameAllocator tables)
    {
        int taken = 0;
        while (tables.TryAllocate(1, default, out Pfn frame))
        {
            memory.Access(frame.ToAddress(PageSize.Size4K), 4096).Fill(0x5A);
            taken++;
        }

        return taken;
    }

    private static bool IsUntouched(SparseMemory memory)
    {
        for (int i = 0; i < Frames; i++)
        {
            if (memory.Access(new PhysicalAddress(RigMemory.Tables) + (i * 4096L), 4096).IndexOfAnyExcept((byte)0x5A) >= 0) return false;
        }

        return true;
    }
}
