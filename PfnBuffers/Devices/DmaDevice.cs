using System;

namespace PfnBuffers;

/// <summary>A device that does DMA: its name, who it is on the bus, what it can take, and whether it is trusted. Immutable.</summary>
public sealed class DmaDevice
{
    private readonly MemoryProtection _protection;

    /// <summary>Describes a device.</summary>
    /// <param name="name">A name for people, unique among the devices that share a buffer; ties are broken by it, never by order.</param>
    /// <param name="requester">Who it is on the bus.</param>
    /// <param name="constraints">What it can take; no limit unless said.</param>
    /// <exception cref="ArgumentException">The name is empty, or no segment satisfies the constraints.</exception>
    public DmaDevice(string name, RequesterId requester, DmaConstraints constraints = default)
    {
        if (string.IsNullOrWhiteSpace(name)) Throw.Argument(nameof(name), "A device has a name that is not blank.");
        if (!constraints.TakesAnySegment) Throw.Argument(nameof(constraints), $"The constraints of {name} contradict each other, no segment satisfies them: {constraints}.");
        Name = name;
        Requester = requester;
        Constraints = constraints;
    }

    /// <summary>The name for people.</summary>
    public string Name { get; }

    /// <summary>Who the device is on the bus.</summary>
    public RequesterId Requester { get; }

    /// <summary>What the device can take.</summary>
    public DmaConstraints Constraints { get; }

    /// <summary>
    /// Whether the device is trusted to keep to what it is told. An untrusted one needs an IOMMU that invalidates
    /// strictly, and never reaches protected memory. True unless set.
    /// </summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>
    /// Whether addresses below 4 GiB suit the device better, though it reaches others: one whose descriptors are shorter for them.
    /// A mapper that chooses addresses tries those first. False unless set.
    /// </summary>
    public bool PrefersLowAddresses { get; init; }

    /// <summary>
    /// Which memory of a confidential guest the device works with. A bounce pool that it uses is of such memory; whoever maps without
    /// one sees to that himself. <see cref="MemoryProtection.None"/> unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such protection.</exception>
    public MemoryProtection Protection
    {
        get => _protection;
        init
        {
            if (value is < MemoryProtection.None or > MemoryProtection.Private) Throw.OutOfRange(nameof(Protection), value, "it must be None, Shared or Private");
            _protection = value;
        }
    }

    /// <summary>Name and requester, as <c>camera (00:02.0)</c>.</summary>
    public override string ToString() => $"{Name} ({Requester})";
}
