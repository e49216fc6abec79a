using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That implementations are thread-safe.</summary>
public sealed class ThreadsDoNotMeet() : MappingLaw(
    "threads do not meet",
    "four threads that plan, map, transfer and unmap at once each find their own bytes, under tokens that nobody else has; what one mapped another may end; and all leave everything as it was")
{
    private const int Threads = 4;
    private const int Rounds = 12;

    /// <summary>After that a call is taken for one that never returns: a round takes milliseconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Mappings in a row with nothing in between, so that calls do meet.</summary>
    private const int Hurried = 400;

    /// <inheritdoc/>
    public override int Cases => 12;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        RigState before = rig.State();
        var live = new ConcurrentDictionary<MappingToken, int>();
        var broken = new ConcurrentQueue<string>();
        var handed = new ConcurrentQueue<Handed>();
        int mapped = 0;
        var together = new Barrier(Threads); // not disposed: a thread that never comes back may be in it
        Task[] tasks = [.. Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                if (Hurry(rig, Own(one, thread, 0), live, thread) is { } met) broken.Enqueue($"thread {thread}, in a hurry: {met}");
                for (int round = 0; round < Rounds && broken.IsEmpty; round++)
                {
                    if (Broken(rig, Own(one, thread, round), live, handed, thread, ref mapped) is { } wrong) broken.Enqueue($"thread {thread}, round {round}: {wrong}");
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        if (!Task.WaitAll(tasks, Longest)) return LawOutcome.Broken($"after {Longest.TotalSeconds} seconds a thread still waits in a call", "calls that end");
        while (broken.IsEmpty && handed.TryDequeue(out Handed? left))
        {
            if (Ended(rig, left, live) is { } wrong) broken.Enqueue(wrong);
        }

        if (broken.TryDequeue(out string? first)) return LawOutcome.Broken(first);
        return rig.State() == before ? LawOutcome.HeldIf(mapped > Threads) : LawOutcome.Broken($"in the end there is {rig.State()}", before.ToString());
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with { Reach = Reach.All, Rules = default, PoolSlots = 1024, Options = MapOptions.None, Direction = DmaDirection.Bidirectional };

    /// <summary>A thread's own frames, others in every round: what was handed on may live yet.</summary>
    private static MapperCase Own(MapperCase one, int thread, int round) => one with
    {
        Home = new MappedView(
            PageSize.Size4K,
            [new MappedRun(HomeArea.Low, thread, 6 * round, 1 + (one.Part.From % 6)), new MappedRun(HomeArea.High, thread, 7 * round, 1 + (one.Part.To % 5))],
            one.Home.Offset % 4096,
            4096 + (one.Home.Length % 4096),
            one.Home.Summarised),
    };

    /// <summary>Maps and unmaps as fast as can be; where calls meet that must not, tokens or counts come out wrong.</summary>
    private static string? Hurry(MapperRig rig, MapperCase one, ConcurrentDictionary<MappingToken, int> live, int thread)
    {
        MappedView home = one.Home with { Length = Math.Min(one.Home.Length, (one.Home.Frames.Length * 4096L) - one.Home.Offset) };
        one = one with { Home = home };
        for (int i = 0; i < Hurried; i++)
        {
            MapResult result = rig.Map(one, out _);
            if (!result.IsMapped) continue;
            if (!live.TryAdd(result.Token, thread)) return $"{result.Token} is another's too";
            live.TryRemove(result.Token, out _);
            rig.Mapper.Unmap(result.Token);
        }

        return null;
    }

    private static string? Broken(MapperRig rig, MapperCase one, ConcurrentDictionary<MappingToken, int> live, ConcurrentQueue<Handed> handed, int thread, ref int mapped)
    {
        MappedView home = one.Home with { Length = Math.Min(one.Home.Length, (one.Home.Frames.Length * 4096L) - one.Home.Offset) };
        one = one with { Home = home };
        HomeBytes.Scribble(rig.Memory, home, thread * 1000);
        byte[] expected = HomeBytes.Read(rig.Memory, home);
        MapPlan plan = rig.Mapper.Plan(one.View, one.Direction, one.Options, new MapPart[64]);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return null;
        Interlocked.Increment(ref mapped);
        if (plan.Succeeds && plan.Length != result.Length) return $"{plan.Length} bytes were planned, and {result.Length} mapped";
        if (!live.TryAdd(result.Token, thread)) return $"{result.Token} is another's too";
        if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, 0, result.Length), expected, 0) is { } read) return $"the device reads {read}";
        byte[] written = HomeBytes.Noise(result.Length, thread + 89);
        DeviceBytes.Write(rig.Bus, segments, 0, written);
        if (result.NeedsSync) rig.Mapper.SyncForCpu(result.Token, 0, result.Length);
        if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, home), written, 0) is { } synced) return $"the CPU reads {synced}";
        HomeBytes.Write(rig.Memory, home, 0, written = HomeBytes.Noise(result.Length, thread + 97));
        if (result.NeedsSync) rig.Mapper.SyncForDevice(result.Token, 0, result.Length);
        if (HomeBytes.Differ(DeviceBytes.Read(rig.Bus, segments, 0, result.Length), written, 0) is { } seen) return $"the CPU wrote, and the device reads {seen}";

        // To whom comes next, who ends what somebody else left there.
        handed.Enqueue(new Handed(result.Token, home, written));
        return handed.Count > Threads && handed.TryDequeue(out Handed? taken) ? Ended(rig, taken, live) : null;
    }

    private static string? Ended(MapperRig rig, Handed one, ConcurrentDictionary<MappingToken, int> live)
    {
        live.TryRemove(one.Token, out _);
        rig.Mapper.Unmap(one.Token);
        return HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), one.Written, 0) is { } left ? $"a mapping of another thread was ended, and the CPU reads {left}" : null;
    }

    /// <summary>A live mapping that any thread may end.</summary>
    private sealed record Handed(MappingToken Token, MappedView Home, byte[] Written);
}
