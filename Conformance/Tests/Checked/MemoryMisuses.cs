using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Drivers that touch, free or map memory that somebody has, and mappers that cut it wrongly.</summary>
internal static class MemoryMisuses
{
    internal static MisuseReport? ReadsWhatTheDeviceWrites()
    {
        var scene = new MisuseScene();
        scene.Map(scene.Nic);

        // As any driver does that knows nothing of checkers.
        IPhysicalMemory memory = scene.Cpu;
        return scene.Caught(() => memory.Read(MisuseScene.Frames(1).View, 100, new byte[8]));
    }

    internal static MisuseReport? WritesWhatTheDeviceReads()
    {
        var scene = new MisuseScene();
        scene.Map(scene.Nic, direction: DmaDirection.ToDevice);
        scene.Cpu.Read(new PhysicalAddress(MisuseScene.Home), new byte[8]);
        return scene.Caught(() => scene.Cpu.Write(new PhysicalAddress(MisuseScene.Home), new byte[8]));
    }

    internal static MisuseReport? ReadsMoreThanItSynced()
    {
        var scene = new MisuseScene();
        MappingToken token = scene.Map(scene.Card);
        scene.Card.SyncForCpu(token, 0, 512);
        scene.Card.SyncForCpu(token, 512, 512);
        scene.Cpu.Read(new PhysicalAddress(MisuseScene.Home), new byte[1024]);
        return scene.Caught(() => scene.Cpu.Read(new PhysicalAddress(MisuseScene.Home), new byte[1025]));
    }

    internal static MisuseReport? ReadsWhatItGaveBack()
    {
        var scene = new MisuseScene();
        MappingToken token = scene.Map(scene.Card);
        scene.Card.SyncForCpu(token, 0, 4096);
        scene.Card.SyncForDevice(token, 1024, 8);
        scene.Cpu.Read(new PhysicalAddress(MisuseScene.Home), new byte[1024]);
        scene.Cpu.Read(new PhysicalAddress(MisuseScene.Home + 1032), new byte[1024]);
        return scene.Caught(() => scene.Cpu.Read(new PhysicalAddress(MisuseScene.Home + 1031), new byte[8]));
    }

    internal static MisuseReport? FreesFrames()
    {
        var scene = new MisuseScene();
        var frames = new CheckedFrames(scene.Checker, new FrameAllocator(new PhysicalAddress(MisuseScene.Home), 1 << 20));
        var taken = new Pfn[4];
        frames.TryAllocate(taken, PageSize.Size4K, default);
        scene.Nic.Map(new PfnView(taken, PageSize.Size4K, 100, 200), DmaDirection.ToDevice, scene.Segments, MapOptions.None);
        return scene.Caught(() => frames.Free(taken, PageSize.Size4K));
    }

    internal static MisuseReport? ReleasesABacking()
    {
        var scene = new MisuseScene();
        var buffer = new SharedBuffer(new CheckedExporter(scene.Checker, new SystemMemoryExporter("memory", scene.Memory, 10_000)));
        buffer.BeginCpuAccess(0, 1, MemoryAccess.Write).Access!.Dispose();

        // Past the buffer, which so does not know of it.
        scene.Nic.Map(buffer.Backing!.View, DmaDirection.ToDevice, scene.Segments, MapOptions.None);
        return scene.Caught(buffer.Dispose);
    }

    internal static MisuseReport? MapsWhatHasACopy()
    {
        var scene = new MisuseScene();
        scene.Map(scene.Card, 2, DmaDirection.ToDevice);
        return scene.Caught(() => scene.Map(scene.Nic, 2, first: 1));
    }

    internal static MisuseReport? SharesAWrite()
    {
        var scene = new MisuseScene(options: one => new MappingCheckerOptions { ForbidsSharedWrites = true });
        scene.Map(scene.Disk, 2, DmaDirection.ToDevice);
        scene.Map(scene.Nic, 2, DmaDirection.ToDevice, 1);
        return scene.Caught(() => scene.Map(scene.Nic, 2, first: 1));
    }

    internal static MisuseReport? MapsAFrameTwice()
    {
        var scene = new MisuseScene(options: one => new MappingCheckerOptions { ForbidsSharedWrites = true });
        Pfn[] twice = [new Pfn(MisuseScene.Home >> 12), new Pfn((MisuseScene.Home >> 12) + 1), new Pfn(MisuseScene.Home >> 12)];
        scene.Nic.Unmap(scene.Nic.Map(new PfnView(twice, PageSize.Size4K), DmaDirection.ToDevice, scene.Segments, MapOptions.None).Token);
        return scene.Caught(() => scene.Nic.Map(new PfnView(twice, PageSize.Size4K), DmaDirection.FromDevice, scene.Segments, MapOptions.None));
    }

    internal static MisuseReport? MapsTooOften()
    {
        var scene = new MisuseScene();

        // Readers do not count, nor do neighbours.
        scene.Map(scene.Nic, 4, DmaDirection.ToDevice);
        for (int i = 0; i < 7; i++)
        {
            scene.Map(scene.Nic, 2, first: 1);
            scene.Map(scene.Nic, 1, first: 3);
        }

        return scene.Caught(() => scene.Map(scene.Disk, 2));
    }

    internal static MisuseReport? MapsTooLongASegment()
    {
        var scene = new MisuseScene();
        var careless = new DmaDevice("disk", scene.DiskDevice.Requester, new DmaConstraints { SegmentBoundaryMask = 0xFFFF });
        using var mapper = new CheckedMapper(scene.Checker, new AnotherDevices(scene.DiskDevice, new DirectMapper(careless)));
        return scene.Caught(() => scene.Map(mapper, 4));
    }

    internal static MisuseReport? MapsAcrossTheBoundary()
    {
        var scene = new MisuseScene();
        var careless = new DmaDevice("disk", scene.DiskDevice.Requester, new DmaConstraints { MaxSegmentSize = 8192 });
        using var mapper = new CheckedMapper(scene.Checker, new AnotherDevices(scene.DiskDevice, new DirectMapper(careless)));
        return scene.Caught(() => scene.Map(mapper, 2, first: 15));
    }
}
