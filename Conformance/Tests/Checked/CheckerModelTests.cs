using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// Mappings, syncs and ends at random, and after each what the CPU may touch and what may be freed, byte for byte, against arrays of
/// bytes that know nothing of ranges.
/// </summary>
public class CheckerModelTests
{
    private const int Frames = 24;
    private const int Cell = 512;
    private const int Cells = Frames * 4096 / Cell;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_may_be_touched_and_freed_is_what_a_naive_model_says(int seed)
    {
        var random = new Random(seed);
        var scene = new MisuseScene(options: _ => new MappingCheckerOptions { MostOverlaps = 1000 });
        var live = new List<Model>();
        for (int step = 0, most = CaseShare.Of(150); step < most; step++)
        {
            int what = random.Next(6);
            if (what < 2 || live.Count == 0)
            {
                live.Add(Map(scene, random));
            }
            else if (what == 2)
            {
                Model gone = live[random.Next(live.Count)];
                live.Remove(gone);
                scene.Nic.Unmap(gone.Token);
            }
            else
            {
                Model one = live[random.Next(live.Count)];
                int from = random.Next(one.Cells.Length), count = random.Next(1, one.Cells.Length - from + 1);
                if (what == 3) scene.Nic.SyncForDevice(one.Token, from * Cell, count * Cell);
                else scene.Nic.SyncForCpu(one.Token, from * Cell, count * Cell);
                for (int i = from; i < from + count; i++) one.WithCpu[i] = what != 3;
            }

            for (int i = 0; i < 20; i++) Compare(scene, live, random);
        }

        foreach (Model one in live) scene.Nic.Unmap(one.Token);
        scene.Checker.CheckFree(new PhysicalAddress(MisuseScene.Home), Frames * 4096);
        Assert.Equal(0, scene.Checker.LiveMappings);
    }

    private static Model Map(MisuseScene scene, Random random)
    {
        // Scattered frames, of which some stand side by side, so that mappings have from 1 to 16 ranges.
        Pfn[] frames = [.. Enumerable.Range(0, Frames).OrderBy(_ => random.Next()).Take(random.Next(1, 17)).Select(i => new Pfn((MisuseScene.Home >> 12) + (ulong)i))];
        int offset = random.Next(4096 / Cell), slack = random.Next(4096 / Cell);
        if (frames.Length == 1 && offset + slack >= 4096 / Cell) (offset, slack) = (0, 0);
        long length = (frames.Length * 4096L) - ((offset + slack) * Cell);
        var view = new PfnView(frames, PageSize.Size4K, offset * Cell, length);
        DmaDirection direction = random.Next(3) switch { 0 => DmaDirection.ToDevice, 1 => DmaDirection.FromDevice, _ => DmaDirection.Bidirectional };
        var cells = new int[length / Cell];
        for (int i = 0; i < cells.Length; i++) cells[i] = (int)((long)view.AddressAt((long)i * Cell).Value - MisuseScene.Home) / Cell;
        var segments = new DmaSegment[32];
        MapResult result = scene.Nic.Map(view, direction, segments, MapOptions.None);
        Assert.True(result.IsMapped, result.ToString());
        return new Model(result.Token, direction, cells);
    }

    private static void Compare(MisuseScene scene, List<Model> live, Random random)
    {
        int from = random.Next(Cells), count = random.Next(1, Math.Min(12, Cells - from) + 1);
        bool writes = random.Next(2) == 0;
        var address = new PhysicalAddress((ulong)(MisuseScene.Home + (from * Cell)));
        long length = count * Cell;
        bool free = !live.Any(one => one.Touches(from, count));
        bool mine = live.All(one => one.Lets(from, count, writes));
        Assert.Equal(free, scene.Caught(() => scene.Checker.CheckFree(address, length)) is null);
        Assert.Equal(mine, scene.Caught(() => scene.Checker.CheckCpuAccess(address, length, writes ? MemoryAccess.Write : MemoryAccess.Read)) is null);
    }

    private sealed record Model(MappingToken Token, DmaDirection Direction, int[] Cells)
    {
        internal bool[] WithCpu { get; } = new bool[Cells.Length];

        internal bool Touches(int from, int count) => Cells.Any(cell => cell >= from && cell < from + count);

        internal bool Lets(int from, int count, bool writes)
        {
            if (Direction == DmaDirection.ToDevice && !writes) return true;
            for (int i = 0; i < Cells.Length; i++)
            {
                if (Cells[i] >= from && Cells[i] < from + count && !WithCpu[i]) return false;
            }

            return true;
        }
    }
}
