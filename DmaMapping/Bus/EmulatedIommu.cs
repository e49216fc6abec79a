using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The hardware of an IOMMU, emulated: it knows which domain each requester belongs to, walks that domain's tables in
/// memory in their format, remembers translations until told to forget them, and refuses and records everything else. Thread-safe.
/// </summary>
public sealed class EmulatedIommu : IIotlbInvalidation
{
    private readonly object _gate = new();
    private readonly IPhysicalMemory _memory;
    private readonly Iotlb _iotlb = new();
    private readonly Dictionary<ushort, Context> _contexts = [];

    /// <summary>An IOMMU in front of some memory.</summary>
    /// <param name="memory">The memory.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    public EmulatedIommu(IPhysicalMemory memory) => _memory = Throw.IfNull(memory, nameof(memory));

    /// <summary>Faults of all requesters.</summary>
    public FaultLog Faults { get; } = new();

    /// <summary>IOTLB invalidations carried out.</summary>
    public long Invalidations { get; private set; }

    /// <summary>Walks made because no translation was remembered.</summary>
    public long Walks { get; private set; }

    /// <summary>Puts a device into a domain, and gives it its port. A requester is in one domain at a time.</summary>
    /// <param name="device">The device.</param>
    /// <param name="domain">The domain.</param>
    /// <exception cref="ArgumentNullException">No device or no domain.</exception>
    /// <exception cref="InvalidOperationException">The requester is connected already.</exception>
    /// <exception cref="ObjectDisposedException">The domain is disposed.</exception>
    public BusPort Connect(DmaDevice device, IommuDomain domain)
    {
        Throw.IfNull(device, nameof(device));
        Throw.IfNull(domain, nameof(domain));
        PhysicalAddress root = domain.RootTable;
        lock (_gate)
        {
            if (_contexts.ContainsKey(device.Requester.Value)) Throw.Invalid($"Requester {device.Requester} is connected already.");
            _contexts.Add(device.Requester.Value, new Context(domain.Number, root, TableWalker.Of(domain.Format)));
        }

        // A domain that was disposed meanwhile has blocked its devices already, without this one.
        if (!domain.IsAlive)
        {
            Disconnect(device);
            Throw.Disposed(nameof(IommuDomain));
        }

        return new BusPort(device, _memory, new Path(this), Faults);
    }

    /// <summary>Takes a device out of its domain: from now on every access of it faults.</summary>
    /// <param name="device">The device.</param>
    /// <returns>Whether it was connected.</returns>
    /// <exception cref="ArgumentNullException">No device.</exception>
    public bool Disconnect(DmaDevice device)
    {
        Throw.IfNull(device, nameof(device));
        lock (_gate) return _contexts.Remove(device.Requester.Value);
    }

    /// <inheritdoc/>
    public void Invalidate(int domain, DmaAddress first, long length)
    {
        if (length < 1) Throw.OutOfRange(nameof(length), length, "it must be at least 1");
        lock (_gate)
        {
            _iotlb.Invalidate(domain, first, length);
            Invalidations++;
        }
    }

    /// <inheritdoc/>
    public void Block(int domain)
    {
        lock (_gate)
        {
            var blocked = new List<ushort>();
            foreach (KeyValuePair<ushort, Context> context in _contexts)
            {
                if (context.Value.Domain == domain) blocked.Add(context.Key);
            }

            foreach (ushort requester in blocked) _contexts.Remove(requester);
            _iotlb.Invalidate(domain, default, long.MaxValue);
            Invalidations++;
        }
    }

    private readonly struct Context(int domain, PhysicalAddress root, TableWalker walker)
    {
        internal int Domain { get; } = domain;

        internal PhysicalAddress Root { get; } = root;

        internal TableWalker Walker { get; } = walker;
    }

    /// <summary>The way of one device's accesses through the IOMMU.</summary>
    private sealed class Path(EmulatedIommu iommu) : IBusPath
    {
        public object? Gate => iommu._gate;

        public FaultReason Translate(DmaDevice device, DmaAddress address, MemoryAccess access, out Translation translation)
        {
            translation = default;
            if (!iommu._contexts.TryGetValue(device.Requester.Value, out Context context)) return FaultReason.NoDomain;
            if (!iommu._iotlb.TryFind(context.Domain, address, out IotlbEntry page))
            {
                iommu.Walks++;
                FaultReason reason = context.Walker.Walk(iommu._memory, context.Root, address, out page);
                if (reason != FaultReason.None) return reason;
                iommu._iotlb.Add(context.Domain, page);
            }

            if ((page.Access & access) == 0) return access == MemoryAccess.Write ? FaultReason.NoWriteAccess : FaultReason.NoReadAccess;
            long inPage = address - page.First;
            translation = new Translation(page.Target + inPage, (1L << page.Shift) - inPage);
            return FaultReason.None;
        }
    }
}
