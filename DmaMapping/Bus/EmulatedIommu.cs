using System.Collections.Generic;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The hardware of an IOMMU, emulated: it knows which domain each requester belongs to, walks that domain's tables in
/// memory in their format, remembers translations until told to forget them, and refuses and records everything else. Thread-safe:
/// accesses meet only where they are to granules of one IOTLB set, and an invalidation waits only for accesses to what it forgets and for
/// those that use the set of a translation that it forgets. An access must not invalidate, from within
/// <see cref="IPhysicalMemory.Access"/>, what it is using: it would wait for itself.
/// </summary>
public sealed class EmulatedIommu : IIotlbInvalidation
{
    private readonly object _gate = new();
    private readonly IPhysicalMemory _memory;
    private readonly Iotlb _iotlb = new();
    private readonly StripedCounter _invalidations = new();

    /// <summary>Guarded by the gate, which no access takes: each port has its requester's path.</summary>
    private readonly Dictionary<ushort, IommuPath> _paths = [];

    /// <summary>An IOMMU in front of some memory.</summary>
    /// <param name="memory">The memory.</param>
    /// <exception cref="System.ArgumentNullException">No memory.</exception>
    public EmulatedIommu(IPhysicalMemory memory) => _memory = Throw.IfNull(memory, nameof(memory));

    /// <summary>Faults of all requesters.</summary>
    public FaultLog Faults { get; } = new();

    /// <summary>IOTLB invalidations carried out.</summary>
    public long Invalidations => _invalidations.Sum;

    /// <summary>Walks made because no translation was remembered.</summary>
    public long Walks => _iotlb.Walks;

    /// <summary>Puts a device into a domain, and gives it its port. A requester is in one domain at a time.</summary>
    /// <param name="device">The device.</param>
    /// <param name="domain">The domain.</param>
    /// <exception cref="System.ArgumentNullException">No device or no domain.</exception>
    /// <exception cref="System.InvalidOperationException">The requester is connected already, or the domain was made with another emulated IOMMU.</exception>
    /// <exception cref="System.ObjectDisposedException">The domain is disposed.</exception>
    public BusPort Connect(DmaDevice device, IommuDomain domain)
    {
        Throw.IfNull(device, nameof(device));
        Throw.IfNull(domain, nameof(domain));
        PhysicalAddress root = domain.RootTable;
        if (domain.Hardware is EmulatedIommu other && other != this)
            Throw.Invalid($"The domain tells another IOMMU what to forget, so {device} would go on reaching what is unmapped: connect it there, or make the domain with this IOMMU.");
        IommuPath? path;
        lock (domain.Disposal)
            lock (_gate)
            {
                // A domain that is disposed has blocked its devices already, without this one.
                if (!domain.IsAlive) Throw.Disposed(nameof(IommuDomain));
                if (!_paths.TryGetValue(device.Requester.Value, out path))
                {
                    path = new IommuPath(device.Requester, _memory, _iotlb);
                    _paths.Add(device.Requester.Value, path);
                }

                if (path.Context is not null) Throw.Invalid($"Requester {device.Requester} is connected already: Disconnect it first.");
                path.Context = new IommuContext(domain, root);
            }

        return new BusPort(device, _memory, path, Faults);
    }

    /// <summary>Takes a device out of its domain: from now on every access of it faults, and none is still under way.</summary>
    /// <param name="device">The device.</param>
    /// <returns>Whether it was connected.</returns>
    /// <exception cref="System.ArgumentNullException">No device.</exception>
    public bool Disconnect(DmaDevice device)
    {
        Throw.IfNull(device, nameof(device));
        bool connected = false;
        lock (_gate)
        {
            if (_paths.TryGetValue(device.Requester.Value, out IommuPath? path))
            {
                connected = path.Context is not null;
                path.Context = null;
            }
        }

        Interlocked.MemoryBarrier();
        _iotlb.Drain(device.Requester);
        return connected;
    }

    /// <inheritdoc/>
    /// <exception cref="System.ArgumentOutOfRangeException">A length below 1.</exception>
    /// <remarks>Where nothing of the range is remembered or under way, no memory is written that threads share.</remarks>
    public void Invalidate(int domain, DmaAddress first, long length)
    {
        if (length < 1) Throw.OutOfRange(nameof(length), length, "it must be at least 1");
        _invalidations.Increment(); // The full fence that the IOTLB asks for.
        _iotlb.Invalidate(domain, new IotlbRange(domain, first, length));
    }

    /// <inheritdoc/>
    /// <remarks>Accesses of requesters that were disconnected a moment ago are waited for too: their locks name the domain.</remarks>
    public void Block(int domain)
    {
        lock (_gate)
        {
            foreach (KeyValuePair<ushort, IommuPath> path in _paths)
            {
                if (path.Value.Context?.Domain == domain) path.Value.Context = null;
            }
        }

        Invalidate(domain, default, long.MaxValue);
    }
}
