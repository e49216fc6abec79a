using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A fresh machine in which devices share a buffer: equal cases make equal machines.</summary>
public sealed class ShareWorld
{
    private const long PoolBytes = 2 << 20;

    private readonly EmulatedIommu _iommu;
    private readonly FrameAllocator _tables = new(new PhysicalAddress(RigMemory.Tables), 16 << 20);
    private ushort _requester;

    /// <summary>A machine for a case.</summary>
    /// <param name="one">The case.</param>
    /// <param name="exporter">Makes the exporter from the machine's frames; system memory unless given.</param>
    public ShareWorld(ShareCase one, Func<IPhysicalMemory, FrameAllocator, IExporter>? exporter = null)
    {
        Case = one;
        _iommu = new EmulatedIommu(Memory);

        // Some memory that 24 bits reach, some that 32 bits reach, and most where neither does.
        Frames = new FrameAllocator(
        [
            new MemoryZone("DMA", new PhysicalAddress(4 << 20), 8 << 20),
            new MemoryZone("DMA32", new PhysicalAddress(0x1000_0000), 16 << 20),
            new MemoryZone("Normal", new PhysicalAddress(0x1_0000_0000), 64 << 20),
        ]);
        if (one.LongestRun > 0) Frames.Fragment(one.LongestRun, 7);
        FreeAtStart = Frames.FreeFrames;
        Buffer = new SharedBuffer(exporter?.Invoke(Memory, Frames) ?? new SystemMemoryExporter("system memory", Memory, Frames, one.Length));
    }

    /// <summary>The case.</summary>
    public ShareCase Case { get; }

    /// <summary>The memory.</summary>
    public SparseMemory Memory { get; } = RigMemory.Create();

    /// <summary>Where backing comes from.</summary>
    public FrameAllocator Frames { get; }

    /// <summary>Free frames before the buffer took any.</summary>
    public long FreeAtStart { get; }

    /// <summary>The buffer.</summary>
    public SharedBuffer Buffer { get; }

    /// <summary>Attaches one of the case's devices.</summary>
    public AttachResult Attach(int device)
    {
        (IDmaMapper mapper, Importer importer) = Make(Case.Devices[device], Case.NameOf(device));
        return Buffer.Attach(mapper, importer);
    }

    /// <summary>Makes a device of a class, with its mapper and what it declares.</summary>
    public (IDmaMapper Mapper, Importer Importer) Make(DeviceClass kind, string name)
    {
        var id = new RequesterId(++_requester);
        DmaWindow low = DmaWindow.OfBits(32);
        IDmaMapper mapper = kind switch
        {
            DeviceClass.Camera => new IommuMapper(new DmaDevice(name, id, new DmaConstraints { Window = low }), new IommuDomain(Memory, _tables, _iommu, low)),
            DeviceClass.Processor => Bouncing(new DmaConstraints { Window = low, MaxSegmentCount = 16, MaxSegmentSize = 65536 }),
            DeviceClass.Display => Direct(new DmaConstraints { Window = low, MaxSegmentCount = 1 }),
            DeviceClass.Floppy => Direct(new DmaConstraints { Window = DmaWindow.OfBits(24) }),
            DeviceClass.Network => Direct(default),
            DeviceClass.Accelerator => Direct(new DmaConstraints { Window = new DmaWindow(new DmaAddress(0x1_0000_0000), new DmaAddress(ulong.MaxValue)) }),
            DeviceClass.Tester => Bouncing(default, BounceMode.Everything),
            DeviceClass.Codec => Bouncing(new DmaConstraints { Window = low, Alignment = 65536 }),
            DeviceClass.Scanner => Bouncing(new DmaConstraints { Window = low, MaxSegmentCount = 4, MaxSegmentSize = 8192 }),
            DeviceClass.Modem => Direct(new DmaConstraints { Window = low, MaxSegmentCount = 200, MaxSegmentSize = 3000 }),
            _ => Bouncing(new DmaConstraints { Window = DmaWindow.OfBits(24) }, at: 1 << 20),
        };
        return (mapper, new Importer(mapper.Profile) { ZeroCopyOnly = kind is DeviceClass.Display or DeviceClass.Floppy or DeviceClass.Modem });

        DirectMapper Direct(DmaConstraints constraints) => new(new DmaDevice(name, id, constraints));

        // Each device has a pool of its own, out of the way of the frames; the one below 16 MiB is what there is room for.
        BounceMapper Bouncing(DmaConstraints constraints, BounceMode mode = BounceMode.WhatMust, ulong at = 0)
        {
            ulong start = at != 0 ? at : RigMemory.Pool + ((ulong)_requester * (ulong)PoolBytes);
            return new BounceMapper(Direct(constraints), new BouncePool(Memory, new FrameAllocator(new PhysicalAddress(start), PoolBytes), PoolBytes), mode);
        }
    }

    /// <summary>Everything that must not depend on the order of coming, once the first mapping has fixed it.</summary>
    public string Outcome()
    {
        IEnumerable<string> verdicts = Buffer.Attachments.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"{a.Name} {a.Decision}");
        string frames = Buffer.Backing is null ? "no frames" : string.Join(" ", Buffer.Backing.View.Frames.ToArray().Select(f => f.Value.ToString("x", System.Globalization.CultureInfo.InvariantCulture)));
        return $"{Buffer.Demand} | {Buffer.CurrentConstraints} | {string.Join(", ", verdicts)} | {frames}";
    }
}
