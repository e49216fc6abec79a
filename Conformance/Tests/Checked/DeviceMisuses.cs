using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Devices that go where their driver has nothing mapped for them.</summary>
internal static class DeviceMisuses
{
    internal static MisuseReport? RunsPastItsSegment()
    {
        var scene = new MisuseScene();

        // The rest of the frame is within reach: no IOMMU would stop it.
        scene.Nic.Map(MisuseScene.Frames(1).View.Slice(0, 1000), DmaDirection.FromDevice, scene.Segments, MapOptions.None);
        scene.NicPort.TryWrite(scene.Segments[0].Address, new byte[1000], out _);
        return scene.Caught(() => scene.NicPort.TryWrite(scene.Segments[0].Address + 900, new byte[101], out _));
    }

    internal static MisuseReport? UsesALazyWindow()
    {
        var scene = new MisuseScene(lazy: new LazyInvalidation());
        MappingToken token = scene.Map(scene.Nic);
        scene.NicPort.TryWrite(scene.Segments[0].Address, new byte[8], out _);
        scene.Nic.Unmap(token);

        // The hardware lets it; the checker does not.
        return scene.Caught(() => scene.NicPort.TryWrite(scene.Segments[0].Address, new byte[8], out _));
    }

    internal static MisuseReport? WritesWhatItMayRead()
    {
        var scene = new MisuseScene();
        scene.Map(scene.Nic, direction: DmaDirection.ToDevice);
        scene.NicPort.TryRead(scene.Segments[0].Address, new byte[8], out _);
        return scene.Caught(() => scene.NicPort.TryWrite(scene.Segments[0].Address, new byte[8], out _));
    }

    internal static MisuseReport? UsesSegmentsOfBeforeAMove()
    {
        var scene = new MisuseScene();
        using SharedBuffer buffer = Moving(scene);
        var told = new Obedient();
        using Attachment nic = buffer.Attach(scene.Nic, new Importer(scene.Nic.Profile) { IsMovable = true }, new CheckedMovable(scene.Checker, scene.NicDevice, told)).Attachment!;
        MappingToken token = nic.Map(0, 4096, DmaDirection.FromDevice, scene.Segments).Mapping.Token;
        DmaAddress before = scene.Segments[0].Address;
        scene.NicPort.TryWrite(before, new byte[8], out _);
        if (!buffer.Move().HasMoved) return null;
        scene.NicPort.TryWrite(told.Outcomes[0].Mappings[0].Segments.Span[0].Address, new byte[8], out _);
        MisuseReport? misuse = scene.Caught(() => scene.NicPort.TryWrite(before, new byte[8], out _));
        nic.Unmap(token);
        return misuse;
    }

    internal static MisuseReport? UsesPfnsOfBeforeAMove()
    {
        var scene = new MisuseScene();
        using SharedBuffer buffer = Moving(scene);
        var gpu = new DmaDevice("gpu", new RequesterId(0, 6, 0));
        BusPort port = BusPort.Direct(gpu, scene.Memory);
        scene.Checker.WatchRaw(port);
        var told = new Obedient();
        using Attachment raw = buffer.AttachRaw(new Importer(new MapperProfile(gpu, Addressing.Direct)) { RawPfns = true, IsMovable = true }, told).Attachment!;
        MappingToken token = raw.TakePfns(0, 4096, DmaDirection.FromDevice, out PfnSlice pfns).Mapping.Token;
        var before = new DmaAddress(pfns.View.AddressAt(0).Value);
        port.TryWrite(before, new byte[8], out _);
        if (!buffer.Move().HasMoved) return null;
        port.TryWrite(new DmaAddress(told.Outcomes[0].Mappings[0].Pfns.View.AddressAt(0).Value), new byte[8], out _);
        MisuseReport? misuse = scene.Caught(() => port.TryWrite(before, new byte[8], out _));
        raw.PutBack(token);
        return misuse;
    }

    private static SharedBuffer Moving(MisuseScene scene) => new(new CheckedExporter(scene.Checker, new SystemMemoryExporter("memory", scene.Memory, 10_000)));
}
