using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>What devices do through their ports.</summary>
public sealed partial class MappingChecker
{
    /// <summary>
    /// Looks at each access of a device from now on, before it is carried out: all of it must be mapped for the device by checked mappers, in its direction, whether the hardware
    /// would refuse it or not. So what is stale in a lazy domain's window, or was never confined, is found too. What a report throws comes out of the port, and
    /// the access is not made.
    /// </summary>
    /// <param name="port">The device's port. It is watched by one checker, the last that was told to.</param>
    /// <exception cref="ArgumentNullException">No port.</exception>
    public void Watch(BusPort port) => Throw.IfNull(port, nameof(port)).Watch = new MappedWatch(this, port.Device);

    /// <summary>
    /// The same for a device that programs raw pfns and has no mapper: it must not touch frames that went back to a
    /// <see cref="CheckedExporter"/> or <see cref="CheckedFrames"/>, as those do that a buffer has moved away from.
    /// </summary>
    /// <param name="port">The device's port, whose addresses are physical ones.</param>
    /// <exception cref="ArgumentNullException">No port.</exception>
    public void WatchRaw(BusPort port) => Throw.IfNull(port, nameof(port)).Watch = new RawWatch(this, port.Device);

    /// <summary>A device was told to stop for a move, or that it is over.</summary>
    internal void SetMoving(DmaDevice device, bool isMoving)
    {
        lock (_lock) StateOf(device.Requester).IsMoving = isMoving;
    }

    private MisuseReport? AccessOf(DmaDevice device, DmaAddress address, long length, MemoryAccess access)
    {
        lock (_lock)
        {
            RangeIndex addresses = StateOf(device.Requester).Addresses;
            var found = new List<MappedRange>();
            ulong at = address.Value;
            for (long rest = length; rest > 0;)
            {
                addresses.Find(at, 1, found);
                if (found.Count == 0) return Misuse.DeviceStrays(device, new DmaAddress(at), address, length, access, _ended.At(device.Requester, at));
                MappedRange range = found[0];
                foreach (MappedRange other in found)
                {
                    if (Allows(other.Mapping, access)) range = other;
                }

                if (!Allows(range.Mapping, access)) return Misuse.DeviceAgainst(range.Mapping, new DmaAddress(at), access);
                long step = Math.Min(rest, range.Length - (long)(at - range.Start));
                at += (ulong)step;
                rest -= step;
            }

            return null;
        }
    }

    private MisuseReport? RawAccessOf(DmaDevice device, DmaAddress address, long length, MemoryAccess access)
    {
        lock (_lock)
        {
            for (int i = _givenBack.Count - 1; i >= 0; i--)
            {
                (ulong start, long bytes, DriverSite by) = _givenBack[i];
                ulong from = address.Value;
                if (from < start ? start - from < (ulong)length : from - start < (ulong)bytes) return Misuse.DeviceUsesFreed(device, address, length, access, by);
            }

            return null;
        }
    }

    private static bool Allows(TrackedMapping mapping, MemoryAccess access) => mapping.IsVisible && ((MemoryAccess)mapping.Direction & access) == access;

    private sealed class MappedWatch(MappingChecker checker, DmaDevice device) : IBusWatch
    {
        public void Accessing(DmaAddress address, long length, MemoryAccess access) => checker.Tell(checker.AccessOf(device, address, length, access));
    }

    private sealed class RawWatch(MappingChecker checker, DmaDevice device) : IBusWatch
    {
        public void Accessing(DmaAddress address, long length, MemoryAccess access) => checker.Tell(checker.RawAccessOf(device, address, length, access));
    }
}
