using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Everything that a trace is played with.</summary>
internal sealed class TraceMachine
{
    private readonly FrameAllocator? _poolFrames;

    internal TraceMachine(TraceBackend backend, TraceSetting setting, IReadOnlyList<TraceDevice> devices, TraceBytes bytes)
    {
        Setting = setting;
        Memory = new TraceMemory(bytes, setting.FrameByFrame);
        Tables = new FrameAllocator(new PhysicalAddress(TraceMemory.StartOf(TraceMemory.Tables)), (long)setting.Tables * TraceMemory.Frame);
        Frames = new FrameAllocator([ZoneOf("low", TraceMemory.LowZone), ZoneOf("high", TraceMemory.HighZone)]);
        if (setting.LongestRun > 0) Frames.Fragment(setting.LongestRun, setting.LongestRun);
        Hardware = new TraceHardware(Memory);
        ulong pool = TraceMemory.StartOf(TraceMemory.Pool);
        long length = (long)setting.Slots * TraceMemory.Frame;
        if (backend == TraceBackend.Bounce)
        {
            _poolFrames = new FrameAllocator(new PhysicalAddress(pool), length);
            Pool = new BouncePool(Memory, _poolFrames, length);
        }

        // A pool that a device does not reach is of no use to it.
        BusOffset = devices.All(device => device.Rules.Window.Contains(new DmaAddress(pool + (ulong)setting.BusOffset), length)) ? setting.BusOffset : 0;
        Stands = [.. devices.Select((device, number) => new TraceStand(number, device, backend, this))];
        FreeFrames = Frames.FreeFrames;
    }

    internal TraceSetting Setting { get; }

    internal TraceMemory Memory { get; }

    internal FrameAllocator Tables { get; }

    /// <summary>Where buffers are allocated.</summary>
    internal FrameAllocator Frames { get; }

    /// <summary>Frames that it had at first.</summary>
    internal long FreeFrames { get; }

    internal TraceHardware Hardware { get; }

    internal StoppedClock Clock { get; } = new();

    internal BouncePool? Pool { get; }

    internal long BusOffset { get; }

    internal TraceStand[] Stands { get; }

    /// <summary>Nothing is mapped any more: everything is free, and can be given back.</summary>
    internal void Close()
    {
        if (Pool is not null && Pool.FreeBytes != Pool.Capacity) throw new LawViolatedException($"nothing is mapped, and {Pool.Capacity - Pool.FreeBytes} bytes of the pool are not free");
        if (Frames.FreeFrames != FreeFrames) throw new LawViolatedException($"every buffer is freed, and {FreeFrames - Frames.FreeFrames} frames did not come back");
        foreach (TraceStand stand in Stands) stand.Dispose();
        Pool?.Dispose();
        if (Tables.FreeFrames != Tables.TotalFrames) throw new LawViolatedException($"{Tables.TotalFrames - Tables.FreeFrames} frames of tables did not come back");
        if (_poolFrames is not null && _poolFrames.FreeFrames != _poolFrames.TotalFrames) throw new LawViolatedException("the pool's frames did not come back");
    }

    private static MemoryZone ZoneOf(string name, int area) => new(name, new PhysicalAddress(TraceMemory.StartOf(area)), TraceMemory.LengthOf(area));
}
