using System;
using DmaMapping;
using Drivers;
using PfnBuffers;

namespace Demo;

/// <summary>One picture through one shared buffer: the camera writes it, the processor transforms it, the display scans it out.</summary>
public static class SharePipeline
{
    /// <summary>What the CPU paints the buffer with first, so that a byte which the camera left out would show.</summary>
    private const byte Primer = 0xA5;

    /// <summary>Runs the devices.</summary>
    /// <param name="input">What the camera sees.</param>
    /// <param name="backing">What memory the buffer gets.</param>
    /// <param name="fault">What is broken on purpose.</param>
    /// <param name="checker">Looks at all mappings, accesses and frees; null for nobody.</param>
    /// <exception cref="InputException">The fault finds no place in a picture like this.</exception>
    public static ShareOutcome Run(Picture input, Backing backing, Fault fault, MappingChecker? checker = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        PictureFormat format = input.Format;
        var bench = new Workbench(backing, format.Length);
        var cameraDevice = new DmaDevice("camera", new RequesterId(0, 2, 0), CameraDevice.Constraints);
        var processorDevice = new DmaDevice("processor", new RequesterId(0, 3, 0), ProcessorDevice.Constraints);
        var displayDevice = new DmaDevice("display", new RequesterId(0, 4, 0), DisplayDevice.Constraints);

        // A lost copy can only be lost where there is one: for that fault the processor is bounced everywhere.
        BounceMode mode = fault == Fault.Sync ? BounceMode.Everything : BounceMode.WhatMust;
        IDmaMapper processorMapper = new BounceMapper(new DirectMapper(processorDevice), bench.ProcessorPool, mode);
        IDmaMapper displayMapper = new BounceMapper(new DirectMapper(displayDevice), bench.DisplayPool);
        PlantedFault? planted = fault switch
        {
            Fault.Pfn => new SwappedFrames(displayMapper, bench.Memory),
            Fault.Sync => new LostWrites(processorMapper),
            Fault.Boundary => new MergedSegments(processorMapper),
            _ => null,
        };
        if (fault == Fault.Pfn) displayMapper = planted!;
        else processorMapper = planted ?? processorMapper;

        IDmaMapper cameraMapper = new IommuMapper(cameraDevice, bench.Domain);
        BusPort cameraPort = bench.Iommu.Connect(cameraDevice, bench.Domain), processorPort = BusPort.Direct(processorDevice, bench.Memory), displayPort = BusPort.Direct(displayDevice, bench.Memory);
        using var books = new CheckedParts(checker);
        IPhysicalMemory memory = books.Of(bench.Memory);
        using var buffer = new SharedBuffer(books.Of(bench.Exporter));
        var cameraUnit = new CameraDevice(books.Of(cameraPort));
        using var camera = new CameraDriver(cameraUnit, books.Of(cameraMapper), buffer, memory, bench.KernelFrames);
        using var processor = new ProcessorDriver(new ProcessorDevice(books.Of(processorPort)), books.Of(processorMapper), buffer);
        using var display = new DisplayDriver(new DisplayDevice(books.Of(displayPort)), books.Of(displayMapper), buffer);

        Prime(buffer, memory);
        cameraUnit.Expose(input.Pixels);
        camera.Capture();
        bool captured = IsCaptured(buffer, memory, input);
        processor.Process(format);
        byte[] scanned = display.Show(format);
        if (planted is { Planted: 0 })
            throw new InputException($"--break {fault.ToString().ToLowerInvariant()} finds nothing to break in a picture of {format}", $"give {planted.Needs}");

        byte[] shown = [.. scanned];
        Weave.Invert(shown, 0, format.Width);
        var picture = new Picture(format, shown);
        return new ShareOutcome(
            backing,
            fault,
            buffer.Backing!.View.Frames.ToArray(),
            buffer.Backing.PageSize,
            buffer.Demand,
            buffer.CurrentConstraints,
            new Picture(format, scanned),
            picture,
            captured,
            picture.CountDifferences(input),
            [
                DeviceResult.Of(camera.Client, "writes the picture"),
                DeviceResult.Of(processor.Client, "transforms it in place"),
                DeviceResult.Of(display.Client, "scans it out"),
            ]);
    }

    /// <summary>The CPU's first access, which is also what chooses the frames, for all three devices.</summary>
    private static void Prime(SharedBuffer buffer, IPhysicalMemory memory)
    {
        using CpuAccess cpu = Open(buffer, memory, MemoryAccess.Write);
        Span<byte> primer = stackalloc byte[4096];
        primer.Fill(Primer);
        for (long at = 0; at < cpu.Length; at += primer.Length) cpu.Write(at, primer[..(int)Math.Min(primer.Length, cpu.Length - at)]);
    }

    private static bool IsCaptured(SharedBuffer buffer, IPhysicalMemory memory, Picture input)
    {
        using CpuAccess cpu = Open(buffer, memory, MemoryAccess.Read);
        Span<byte> bytes = stackalloc byte[4096];
        for (int at = 0; at < input.Pixels.Length; at += bytes.Length)
        {
            Span<byte> piece = bytes[..Math.Min(bytes.Length, input.Pixels.Length - at)];
            cpu.Read(at, piece);
            if (!input.Pixels.AsSpan(at, piece.Length).SequenceEqual(piece)) return false;
        }

        return true;
    }

    private static CpuAccess Open(SharedBuffer buffer, IPhysicalMemory memory, MemoryAccess access)
    {
        CpuAccessResult result = buffer.BeginCpuAccess(0, buffer.Length, access);
        return result.Access ?? throw new InvalidOperationException($"The CPU may not open the buffer: {result}.");
    }
}
