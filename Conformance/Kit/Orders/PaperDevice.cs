using PfnBuffers;

namespace Conformance;

/// <summary>A device as the oracle knows it: what it can do, how it should stand, and what it should hold.</summary>
/// <param name="device">The device.</param>
/// <param name="facts">What it can do.</param>
public sealed class PaperDevice(OrderDevice device, ClassFacts facts)
{
    /// <summary>The device.</summary>
    public OrderDevice Device => device;

    /// <summary>What it can do.</summary>
    public ClassFacts Facts => facts;

    /// <summary>Whether it is attached.</summary>
    public bool IsAttached { get; set; }

    /// <summary>How it should stand, while attached.</summary>
    public Verdict Verdict { get; set; }

    /// <summary>Whether it holds bytes.</summary>
    public bool IsLive { get; set; }

    /// <summary>Bytes that it holds, from the buffer's first on.</summary>
    public long Length { get; set; }

    /// <summary>The first byte of which it holds a copy: copies go from there to the end of what it holds.</summary>
    public long CopiesFrom { get; set; }

    /// <summary>Whether it may read what it holds.</summary>
    public bool Reads => (device.Direction & DmaDirection.ToDevice) != 0;

    /// <summary>Whether it may write what it holds.</summary>
    public bool Writes => (device.Direction & DmaDirection.FromDevice) != 0;
}
