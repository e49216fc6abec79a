using System;

namespace PfnBuffers;

/// <summary>
/// What a mapper can do for its device, as far as deciding needs to know: how addresses come to be, which frames it
/// reaches without copying, and how much it can bounce. Immutable; capacities, not what happens to be free at present.
/// </summary>
public sealed class MapperProfile
{
    private readonly long _bounceCapacity;

    /// <summary>Describes a mapper.</summary>
    /// <param name="device">The device it maps for.</param>
    /// <param name="addressing">How the device's addresses come to be.</param>
    /// <exception cref="ArgumentNullException">No device.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such addressing.</exception>
    public MapperProfile(DmaDevice device, Addressing addressing)
    {
        Device = Throw.IfNull(device, nameof(device));
        if (addressing is not (Addressing.Direct or Addressing.Translated)) Throw.OutOfRange(nameof(addressing), addressing, "it must be Direct or Translated");
        Addressing = addressing;
    }

    /// <summary>Describes a mapper as another one, with some properties set anew.</summary>
    /// <param name="other">What is kept.</param>
    /// <exception cref="ArgumentNullException">Nothing to keep.</exception>
    public MapperProfile(MapperProfile other)
        : this(Throw.IfNull(other, nameof(other)), other.Device, other.Addressing)
    {
        BusOffset = other.BusOffset;
    }

    private MapperProfile(MapperProfile other, DmaDevice device, Addressing addressing)
        : this(device, addressing)
    {
        LastPhysical = other.LastPhysical;
        BounceCapacity = other.BounceCapacity;
        BouncesEverything = other.BouncesEverything;
        BouncesPartialFrames = other.BouncesPartialFrames;
    }

    /// <summary>The device that the mapper maps for.</summary>
    public DmaDevice Device { get; }

    /// <summary>How the device's addresses come to be.</summary>
    public Addressing Addressing { get; }

    /// <summary>Bus address less physical address, for <see cref="Addressing.Direct"/>; 0 otherwise.</summary>
    public long BusOffset { get; init; }

    /// <summary>The highest physical address that the mapper's hardware can name (an IOMMU's output width).</summary>
    public PhysicalAddress LastPhysical { get; init; } = new(ulong.MaxValue);

    /// <summary>Most bytes that can ever be bounced at once; 0 for a mapper that never bounces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long BounceCapacity
    {
        get => _bounceCapacity;
        init
        {
            if (value < 0) Throw.OutOfRange(nameof(BounceCapacity), value, "it must be 0 (nothing is ever bounced) or more");
            _bounceCapacity = value;
        }
    }

    /// <summary>Whether every mapping is bounced, reachable or not.</summary>
    public bool BouncesEverything { get; init; }

    /// <summary>Whether partly covered frames are bounced, so that the device reaches exactly the view's bytes and zeros.</summary>
    public bool BouncesPartialFrames { get; init; }

    /// <summary>Whether the mapper can reach physical memory at an address without copying, bytes alone considered.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="length">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public bool Reaches(PhysicalAddress address, long length)
    {
        if (length <= 0) Throw.OutOfRange(nameof(length), length, "it must be at least 1");
        if (address > LastPhysical || (ulong)length - 1 > LastPhysical.Value - address.Value) return false;
        return Addressing == Addressing.Translated
            || (TryBusAddress(address, length, out DmaAddress bus) && Device.Constraints.Window.Contains(bus, length));
    }

    /// <summary>The same device behind an IOMMU.</summary>
    internal MapperProfile Translated() => new(this, Device, Addressing.Translated);

    /// <summary>The same mapper for a device that is trusted.</summary>
    internal MapperProfile Trusted()
        => new(this, new DmaDevice(Device.Name, Device.Requester, Device.Constraints) { PrefersLowAddresses = Device.PrefersLowAddresses, Protection = Device.Protection }, Addressing) { BusOffset = BusOffset };

    /// <summary>Where a device without an IOMMU sees a range of physical memory.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="length">How many, at least 1.</param>
    /// <param name="bus">Their bus address.</param>
    /// <returns>False where the bus offset would carry part of the range past either end of the address space.</returns>
    public bool TryBusAddress(PhysicalAddress address, long length, out DmaAddress bus)
    {
        bus = new DmaAddress(address.Value + (ulong)BusOffset);
        bool wraps = BusOffset >= 0 ? bus.Value < address.Value : bus.Value > address.Value;
        return !wraps && (ulong)length - 1 <= ulong.MaxValue - bus.Value;
    }
}
