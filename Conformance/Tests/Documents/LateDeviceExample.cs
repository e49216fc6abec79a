using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What docs/late-devices.md shows.</summary>
public class LateDeviceExample
{
    // <movable>
    private sealed class Nic : IMovable
    {
        internal DmaSegment[] Ring { get; set; } = [];

        public void StopDma(MoveNotice notice) => notice.Attachment.ConfirmStopped(notice.Token); // its DMA is idle here; else confirm once it is

        public void Moved(MoveOutcome outcome)
        {
            if (outcome.HasMoved) Ring = outcome.Mappings[0].Segments.ToArray();
        }
    }

    // </movable>
    [Fact]
    public void The_example_of_the_page_on_late_devices_does_what_it_says()
    {
        // <late>
        var machine = EmulatedMachine.WithRam(8L << 30);
        using var buffer = new SharedBuffer(new SystemMemoryExporter("frame", machine, 65536));

        // A network card has the buffer mapped, above 4 GiB.
        var nic = new Nic();
        var nicMapper = new DirectMapper(new DmaDevice("nic", new RequesterId(0, 3, 0)));
        Attachment nicIn = buffer.Attach(nicMapper, new Importer(nicMapper.Profile) { IsMovable = true }, nic).Attachment!;
        var segments = new DmaSegment[16];
        MapResult live = nicIn.Map(0, buffer.Length, DmaDirection.Bidirectional, segments).Mapping;

        // While the CPU has it open, nothing can move, so a tighter device is refused, and told what would help.
        var display = new DmaDevice("display", new RequesterId(0, 4, 0), DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) });
        var displayMapper = new DirectMapper(display);
        CpuAccess cpu = buffer.BeginCpuAccess(0, 4096, MemoryAccess.Write).Access!;
        AttachResult refused = buffer.Attach(displayMapper);
        string advice = refused.Decision.Refusal!.Advice; // "end the CPU's access"
        cpu.Dispose();

        // Now the nic is told to stop, the bytes move below 4 GiB, and the nic goes on there with new segments.
        AttachResult moved = buffer.Attach(displayMapper); // Move, then Direct
        bool below = nic.Ring[0].Address.Value < 1UL << 32;
        nicIn.Unmap(live.Token); // the same token as before
        // </late>

        Assert.Equal("end the CPU's access", advice);
        Assert.Equal("Move, then Direct", moved.ToString());
        Assert.True(below);
        Assert.False(refused.IsAttached);
    }

    [Fact]
    public void The_example_of_what_devices_declare_does_what_it_says()
    {
        var machine = EmulatedMachine.WithRam(8L << 30);
        using var pool = new BouncePool(machine, machine.Frames, 1L << 20);
        using var buffer = new SharedBuffer(new SystemMemoryExporter("frame", machine, 65536));
        var segments = new DmaSegment[16];

        // <declared>
        var gpu = new DmaDevice("gpu", new RequesterId(0, 5, 0));
        var raw = new Importer(new MapperProfile(gpu, Addressing.Direct)) { RawPfns = true };
        Attachment gpuIn = buffer.AttachRaw(raw).Attachment!;
        MappingToken hold = gpuIn.TakePfns(0, 8192, DmaDirection.ToDevice, out PfnSlice pfns).Mapping.Token;
        ulong firstPfn = pfns.View.Frames[0].Value; // for the device's own tables
        gpuIn.PutBack(hold);

        var codecMapper = new BounceMapper(new DirectMapper(new DmaDevice("codec", new RequesterId(0, 6, 0))), pool, BounceMode.Everything);
        Attachment codecIn = buffer.Attach(codecMapper, new Importer(codecMapper.Profile) { TakesTurns = true }).Attachment!;
        MapResult shared = codecIn.Map(0, buffer.Length, DmaDirection.Bidirectional, segments).Mapping;
        TurnResult turn = codecIn.BeginAccess(shared.Token, 0, 4096, MemoryAccess.ReadWrite);
        if (turn.HasBegun) codecIn.EndAccess(turn.Turn); // else turn.ConflictsWith has one: begin when it has ended
        codecIn.Unmap(shared.Token);

        var scalerMapper = new DirectMapper(new DmaDevice("scaler", new RequesterId(0, 7, 0), new DmaConstraints { MaxSegmentCount = 4 }));
        Attachment scalerIn = buffer.Attach(scalerMapper, new Importer(scalerMapper.Profile) { MapsWindows = true }).Attachment!;
        var picture = new Plane(offset: 0, width: 640, stride: 1024, height: 48);
        int windows = 0;
        for (long at = 0; at < picture.Length; windows++)
        {
            SharedMapResult window = scalerIn.MapPlane(picture, at, DmaDirection.ToDevice, segments, MapOptions.Prefix);
            if (!window.IsMapped) throw new InvalidOperationException(window.ToString());
            at += window.Mapping.Length;
            scalerIn.Unmap(window.Mapping.Token);
        }
        // </declared>

        Assert.Equal(buffer.Backing!.View.Frames[0].Value, firstPfn);
        Assert.True(turn.HasBegun);
        Assert.Equal(12, windows);
        Assert.Equal(0, buffer.LiveUses);
    }
}
