using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>An IOMMU that says what it was made to forget, once it has.</summary>
internal sealed class TraceHardware(IPhysicalMemory memory) : IIotlbInvalidation
{
    internal EmulatedIommu Iommu { get; } = new(memory);

    /// <summary>Is told the domain, the first granule and how many.</summary>
    internal Action<int, ulong, ulong>? Forgot { get; set; }

    public void Invalidate(int domain, DmaAddress first, long length)
    {
        Iommu.Invalidate(domain, first, length);
        ulong from = first.Value / TraceMemory.Frame;
        Forgot?.Invoke(domain, from, ((first.Value + (ulong)length - 1) / TraceMemory.Frame) - from + 1);
    }

    public void Block(int domain) => Iommu.Block(domain);
}
