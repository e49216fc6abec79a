using System;
using DmaMapping;

namespace Conformance;

/// <summary>
/// A mapper that laws are held against, with its device's way to memory. That is all that a factory must give. What else can be set lets
/// the kit look closer; without it, it sees what a caller and a device see.
/// </summary>
public sealed class MapperUnderTest
{
    /// <summary>A mapper and the port of its device.</summary>
    /// <param name="mapper">The mapper.</param>
    /// <param name="port">How its device comes to memory.</param>
    /// <exception cref="ArgumentNullException">No mapper or no port.</exception>
    public MapperUnderTest(IDmaMapper mapper, IDevicePort port)
    {
        Mapper = mapper ?? throw new ArgumentNullException(nameof(mapper));
        Port = port ?? throw new ArgumentNullException(nameof(port));
    }

    /// <summary>A mapper and the port of its device on the library's bus.</summary>
    /// <param name="mapper">The mapper.</param>
    /// <param name="port">From <see cref="BusPort.Direct"/> or <see cref="EmulatedIommu.Connect"/>.</param>
    /// <exception cref="ArgumentNullException">No mapper or no port.</exception>
    public MapperUnderTest(IDmaMapper mapper, BusPort port)
        : this(mapper, new BusDevicePort(port ?? throw new ArgumentNullException(nameof(port))))
    {
    }

    /// <summary>The mapper.</summary>
    public IDmaMapper Mapper { get; }

    /// <summary>How its device comes to memory.</summary>
    public IDevicePort Port { get; }

    /// <summary>
    /// Everything that mapping may change in the mapper, as text that is equal if and only if the state is. With it a leak is told at the first
    /// refusal; without, when the mapper runs short for no reason.
    /// </summary>
    public Func<string>? State { get; init; }

    /// <summary>Lets the window of a lazy mapper pass: afterwards no unmapped byte is in reach. For <see cref="MapperCapabilities.Lazy"/>.</summary>
    public Action? Settle { get; init; }

    /// <summary>Gives back what the mapper took of its setting. Nothing is mapped then; afterwards every frame must be free.</summary>
    public Action? GiveBack { get; init; }

    /// <summary>Whether the hardware cannot let the device write a page that it may not read (Arm's stage 1). For <see cref="MapperCapabilities.Translates"/>.</summary>
    public bool WritesAreReads { get; init; }

    /// <summary>How many mappings are live in the mapper and those that it wraps; null where nobody counts.</summary>
    public Func<int>? LiveMappings { get; init; }

    /// <summary>The library's domain, where the mapper uses one: then its tables are walked, and its IOVAs counted.</summary>
    public IommuDomain? Domain { get; init; }

    /// <summary>The format of the domain's tables, with a walker that shares no code with it; <see cref="KnownFormat.Default"/> unless set.</summary>
    public KnownFormat Format { get; init; } = KnownFormat.Default;

    /// <summary>The library's emulated IOMMU, where the mapper uses one: then invalidations are counted.</summary>
    public EmulatedIommu? Iommu { get; init; }

    /// <summary>The library's pool, where the mapper uses one: then its free bytes are counted.</summary>
    public BouncePool? Pool { get; init; }
}
