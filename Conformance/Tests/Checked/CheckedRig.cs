using System;
using System.Collections.Concurrent;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A checker that tells and does not throw, over one device whose bus addresses are physical ones. Frames go by their numbers from 16 MiB on.</summary>
internal sealed class CheckedRig
{
    private readonly ConcurrentQueue<MisuseReport> _told = new();
    private readonly DmaSegment[] _segments = new DmaSegment[64];

    internal CheckedRig(string device = "scanner", bool forbidsSharedWrites = false, int endedKept = 256)
    {
        Checker = new MappingChecker(new MappingCheckerOptions { OnMisuse = _told.Enqueue, ForbidsSharedWrites = forbidsSharedWrites, EndedKept = endedKept });
        Device = new DmaDevice(device, new RequesterId(0, 7, 0));
        Inner = new RetellingMapper(new DirectMapper(Device));
        Mapper = new CheckedMapper(Checker, Inner);
    }

    internal MappingChecker Checker { get; }

    internal DmaDevice Device { get; }

    internal RetellingMapper Inner { get; }

    internal CheckedMapper Mapper { get; }

    internal static PhysicalAddress At(int frame, long offset = 0) => new((ulong)(MisuseScene.Home + (frame * 4096L) + offset));

    internal static DmaAddress BusAt(int frame, long offset = 0) => new(At(frame, offset).Value);

    internal static Pfn[] Pfns(params int[] frames) => [.. frames.Select(static frame => At(frame).FrameOf(PageSize.Size4K))];

    internal MappingToken Map(DmaDirection direction, params int[] frames) => MapWith(MapOptions.None, direction, frames);

    internal MappingToken MapWith(MapOptions options, DmaDirection direction, params int[] frames)
    {
        MapResult result = Mapper.Map(new PfnView(Pfns(frames), PageSize.Size4K), direction, _segments, options);
        Assert.True(result.IsMapped, result.ToString());
        return result.Token;
    }

    /// <summary>The one misuse that a call commits; null for none.</summary>
    internal MisuseReport? Told(Action call)
    {
        call();
        MisuseReport? told = _told.TryDequeue(out MisuseReport? first) ? first : null;
        Assert.Empty(_told);
        return told;
    }

    internal MisuseKind Tells(Action call) => Told(call)?.Kind ?? MisuseKind.None;

    internal bool IsMapped(int frame, long offset = 0, long length = 4096) => Tells(() => Checker.CheckFree(At(frame, offset), length)) == MisuseKind.FreedWhileMapped;

    internal bool MayRead(int frame, long offset = 0, long length = 4096) => Tells(() => Checker.CheckCpuAccess(At(frame, offset), length, MemoryAccess.Read)) == MisuseKind.None;

    /// <summary>All that was told since it was looked at.</summary>
    internal MisuseReport[] TakeTold()
    {
        MisuseReport[] told = [.. _told];
        _told.Clear();
        return told;
    }

    /// <summary>The device's port, each access of which is looked at.</summary>
    internal BusPort Connect()
    {
        BusPort port = BusPort.Direct(Device, EmulatedMachine.WithRam(64 << 20));
        Checker.Watch(port);
        return port;
    }
}
