using System;
using System.Collections.Generic;
using DmaMapping;
using Drivers;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A machine with RAM below and above 4 GiB, the three devices in it, and a buffer of given frames that they share.</summary>
internal sealed class DriverRig : IDisposable
{
    internal const ulong Low = 16UL << 20;
    internal const ulong High = 1UL << 32;
    private const long Side = 48L << 20;

    internal static readonly PictureFormat Format = new(517, 389);

    private readonly IommuDomain _domain;
    private readonly MappingChecker? _checker;
    private readonly List<IDisposable> _checked = [];

    internal DriverRig(string backing, BounceMode mode = BounceMode.WhatMust, long displayPool = 1 << 20, MappingChecker? checker = null)
    {
        _checker = checker;
        Memory = new EmulatedMachine(
            new MemoryRegion(default, Side, MemoryKind.PageBacked),
            new MemoryRegion(new PhysicalAddress(High), Side, MemoryKind.PageBacked));
        PageSize size = backing == "huge" ? PageSize.Size2M : PageSize.Size4K;
        Exporter = new GivenFrames(Memory, FramesOf(backing, size), size, Format.Length);

        // Pools and tables come from below the frames of the buffer.
        Kernel = new FrameAllocator(default, (long)Low);
        var iommu = new EmulatedIommu(Memory);
        _domain = new IommuDomain(Memory, Kernel, iommu);
        var camera = new DmaDevice("camera", new RequesterId(0, 2, 0), CameraDevice.Constraints);
        var processor = new DmaDevice("processor", new RequesterId(0, 3, 0), ProcessorDevice.Constraints);
        var display = new DmaDevice("display", new RequesterId(0, 4, 0), DisplayDevice.Constraints);
        IDmaMapper cameraMapper = new IommuMapper(camera, _domain);
        if ((mode & BounceMode.Everything) != 0) cameraMapper = new BounceMapper(cameraMapper, Pool(2 << 20), mode);

        Buffer = new SharedBuffer(checker is null ? Exporter : new CheckedExporter(checker, Exporter));
        FreeBefore = Kernel.FreeFrames;
        CameraUnit = new CameraDevice(Watched(iommu.Connect(camera, _domain)));
        Camera = new CameraDriver(CameraUnit, Checked(cameraMapper), Buffer, checker is null ? Memory : new CheckedMemory(checker, Memory), Kernel);
        ProcessorUnit = new ProcessorDevice(Watched(BusPort.Direct(processor, Memory)));
        Processor = new ProcessorDriver(ProcessorUnit, Checked(new BounceMapper(new DirectMapper(processor), Pool(1 << 20), mode)), Buffer);
        Display = new DisplayDriver(new DisplayDevice(Watched(BusPort.Direct(display, Memory))), Checked(new BounceMapper(new DirectMapper(display), Pool(displayPool), mode)), Buffer);
        Scene = new byte[Format.Length];
        new Random(7).NextBytes(Scene);
    }

    internal EmulatedMachine Memory { get; }

    internal FrameAllocator Kernel { get; }

    internal GivenFrames Exporter { get; }

    internal SharedBuffer Buffer { get; }

    internal CameraDevice CameraUnit { get; }

    internal CameraDriver Camera { get; }

    internal ProcessorDevice ProcessorUnit { get; }

    internal ProcessorDriver Processor { get; }

    internal DisplayDriver Display { get; }

    internal byte[] Scene { get; }

    internal long FreeBefore { get; }

    /// <summary>The scene through all three devices, with the processor's transform undone.</summary>
    internal byte[] Run()
    {
        // Whoever opens the buffer first settles its frames, so that drivers can plan.
        Buffer.BeginCpuAccess(0, Buffer.Length, MemoryAccess.Write).Access!.Dispose();
        CameraUnit.Expose(Scene);
        Camera.Capture();
        Processor.Process(Format);
        byte[] shown = Display.Show(Format);
        Weave.Invert(shown, 0, Format.Width);
        return shown;
    }

    public void Dispose()
    {
        Display.Dispose();
        Processor.Dispose();
        Camera.Dispose();
        Buffer.Dispose();
        foreach (IDisposable mapper in _checked) mapper.Dispose();
        _domain.Dispose();
    }

    private IDmaMapper Checked(IDmaMapper mapper)
    {
        if (_checker is null) return mapper;
        var looked = new CheckedMapper(_checker, mapper);
        _checked.Add(looked);
        return looked;
    }

    private BusPort Watched(BusPort port)
    {
        _checker?.Watch(port);
        return port;
    }

    private BouncePool Pool(long length) => new(Memory, Kernel, length, Placement.Below(32));

    /// <summary>Scattered: three frames here, two there, by turns below and above 4 GiB. Huge: one here, one there.</summary>
    private static Pfn[] FramesOf(string backing, PageSize size)
    {
        var frames = new Pfn[size.FramesFor(Format.Length)];
        Pfn low = new PhysicalAddress(Low).FrameOf(size), high = new PhysicalAddress(High).FrameOf(size);
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i] = backing switch
            {
                "contiguous" => low + i,
                "huge" => (i & 1) == 0 ? high + i : low + i,
                _ => i % 5 < 3 ? low + ((i * 2) - (i % 5)) : high + ((i * 2) - (i % 5)),
            };
        }

        return frames;
    }
}
