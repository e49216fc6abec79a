using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A device's only way to memory: it reads and writes by <see cref="DmaAddress"/>, and gets a fault where it may not.
/// What a device can reach through its port is what it can reach at all. Thread-safe.
/// </summary>
public sealed class BusPort
{
    /// <summary>Bytes from which on remembering tables costs less than it saves.</summary>
    private const int LongAccess = 8 * 4096;

    private readonly IPhysicalMemory _memory;
    private readonly IBusPath _path;
    private readonly DmaWindow _window;

    internal BusPort(DmaDevice device, IPhysicalMemory memory, IBusPath path, FaultLog faults)
    {
        Device = device;
        _memory = memory;
        _path = path;
        _window = device.Constraints.Window;
        Faults = faults;
    }

    /// <summary>The device at the port.</summary>
    public DmaDevice Device { get; }

    /// <summary>Where faults of the port are recorded.</summary>
    public FaultLog Faults { get; }

    /// <summary>Looks at every access before it is made; null for nobody.</summary>
    internal IBusWatch? Watch { get; set; }

    /// <summary>A port without an IOMMU.</summary>
    /// <param name="device">The device.</param>
    /// <param name="memory">The memory behind the bus.</param>
    /// <param name="busOffset">Bus address less physical address, as its mapper has it.</param>
    /// <exception cref="ArgumentNullException">No device or no memory.</exception>
    public static BusPort Direct(DmaDevice device, IPhysicalMemory memory, long busOffset = 0)
        => new(Throw.IfNull(device, nameof(device)), Throw.IfNull(memory, nameof(memory)), new PassThrough(busOffset), new FaultLog());

    /// <summary>Reads memory. An access that runs past the last 64-bit address faults there: it does not go on at 0.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="destination">Receives the bytes; after a fault, those before the refused one.</param>
    /// <param name="fault">Why not, where the answer is false.</param>
    /// <returns>Whether all bytes were read.</returns>
    public bool TryRead(DmaAddress address, Span<byte> destination, out DmaFault fault)
        => TryMove(address, MemoryAccess.Read, destination, default, out fault);

    /// <summary>Writes memory, as <see cref="TryRead"/> reads it.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="source">The bytes; after a fault, those before the refused one were written.</param>
    /// <param name="fault">Why not, where the answer is false.</param>
    /// <returns>Whether all bytes were written.</returns>
    public bool TryWrite(DmaAddress address, ReadOnlySpan<byte> source, out DmaFault fault)
        => TryMove(address, MemoryAccess.Write, default, source, out fault);

    private bool TryMove(DmaAddress address, MemoryAccess access, Span<byte> destination, ReadOnlySpan<byte> source, out DmaFault fault)
    {
        if (Watch is { } watch && destination.Length + source.Length > 0) watch.Accessing(address, destination.Length + source.Length, access);
        BusCursor cursor = new() { IsLong = destination.Length + source.Length >= LongAccess };
        int done = 0;
        FaultReason reason;
        try
        {
            reason = Move(ref cursor, address, access, destination, source, ref done);
        }
        finally
        {
            if (cursor.Held != 0) _path.Release(ref cursor);
            if (cursor.Hold != 0) _path.End(ref cursor);
        }

        if (reason != FaultReason.None) return Fail(address + done, access, reason, out fault);
        fault = default;
        return true;
    }

    /// <summary>Moves bytes out of memory into <paramref name="destination"/>, or <paramref name="source"/> into it, page by page, up to a fault.</summary>
    private FaultReason Move(ref BusCursor cursor, DmaAddress address, MemoryAccess access, Span<byte> destination, ReadOnlySpan<byte> source, ref int done)
    {
        int length = destination.Length + source.Length;
        if (length == 0) return FaultReason.None;
        if (!_window.Contains(address, 1)) return FaultReason.BeyondDevice;

        // What the device can address of it; the window ends at 2^64 at the latest.
        int within = (int)Math.Min((ulong)length - 1, _window.Last.Value - address.Value) + 1;
        for (int at = 0; at < within; done = at)
        {
            FaultReason reason = _path.Translate(ref cursor, address + at, access, out PhysicalAddress target);
            if (reason != FaultReason.None) return reason;

            // One access stays inside what was translated, and inside the region.
            int most = Math.Min(within - at, (int)(PageSize.Size4K.Bytes - target.OffsetIn(PageSize.Size4K)));
            if (!cursor.TryGetBytes(target, most, out Span<byte> bytes))
            {
                MemoryKind kind = cursor.RegionAt(_memory, target).Kind;
                if (kind == MemoryKind.Absent) return FaultReason.NoMemory;
                if (kind == MemoryKind.Protected && !(Device.IsTrusted && _path.IsTrusted)) return FaultReason.Protected;
                bytes = cursor.BytesAt(_memory, target, most);
            }

            if (access == MemoryAccess.Read) bytes.CopyTo(destination.Slice(at));
            else source.Slice(at, bytes.Length).CopyTo(bytes);
            at += bytes.Length;
            if (cursor.Held != 0) _path.Release(ref cursor);
        }

        return within < length ? FaultReason.BeyondDevice : FaultReason.None;
    }

    private bool Fail(DmaAddress address, MemoryAccess access, FaultReason reason, out DmaFault fault)
    {
        fault = new DmaFault(Device.Requester, address, access, reason);
        Faults.Record(fault);
        MappingMetrics.Faulted(Device.Name, reason.Name());
        return false;
    }
}
