using System;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>
/// The machine that the devices sit in: RAM below and above 4 GiB, an IOMMU in front of the camera, bounce memory below
/// 4 GiB for the two devices without one, and an exporter for the shared buffer.
/// </summary>
internal sealed class Workbench
{
    private const long HugeFrame = 2L << 20;

    /// <summary>Page tables and the camera's ring: a page of tables maps 2 MiB, and a few more are above them.</summary>
    private const long LeastKernelBytes = 1L << 20;

    private const long ProcessorPoolBytes = 1L << 20;

    internal Workbench(Backing backing, long length)
    {
        PageSize size = backing == Backing.Huge ? PageSize.Size2M : PageSize.Size4K;
        long huge = (length + HugeFrame - 1) / HugeFrame;
        long side = ((3 * huge) + 16) * HugeFrame;
        Memory = new EmulatedMachine(
            new MemoryRegion(default, side, MemoryKind.PageBacked),
            new MemoryRegion(new PhysicalAddress(1UL << 32), side, MemoryKind.PageBacked));

        // What drivers set aside at boot, before memory is worn.
        FrameAllocator frames = Memory.Frames;
        DisplayPool = new BouncePool(Memory, frames, PageSize.Size4K.FramesFor(length) << PageSize.Size4K.Shift, Placement.Below(32));
        ProcessorPool = new BouncePool(Memory, frames, ProcessorPoolBytes, Placement.Below(32));
        long kernel = LeastKernelBytes + (huge << PageSize.Size4K.Shift);
        if (!frames.TryAllocate((int)(kernel >> PageSize.Size4K.Shift), default, out Pfn first)) throw new InvalidOperationException("the machine is too small for its kernel");
        KernelFrames = new FrameAllocator(first.ToAddress(PageSize.Size4K), kernel);

        Iommu = new EmulatedIommu(Memory);
        Domain = new IommuDomain(Memory, KernelFrames, Iommu);
        var exporter = new SystemMemoryExporter("system memory", Memory, frames, length) { PageSize = size };
        if (backing == Backing.Contiguous)
        {
            Exporter = exporter;
            return;
        }

        WornMemory.Wear(frames, (int)size.FramesFor(length), size);
        Exporter = new ShuffledExporter(exporter);
    }

    internal EmulatedMachine Memory { get; }

    internal EmulatedIommu Iommu { get; }

    internal IommuDomain Domain { get; }

    /// <summary>Frames for page tables and rings, which no wear reaches.</summary>
    internal FrameAllocator KernelFrames { get; }

    internal BouncePool ProcessorPool { get; }

    internal BouncePool DisplayPool { get; }

    internal IExporter Exporter { get; }
}
