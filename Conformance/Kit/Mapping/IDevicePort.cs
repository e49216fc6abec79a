using System;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// The way of a device to memory, as hardware would go it: what a device can reach through its port is what it can reach at all. A
/// <see cref="DmaMapping.BusPort"/> needs none, for a <see cref="MapperUnderTest"/> takes it as it is. Used from several threads at once.
/// </summary>
public interface IDevicePort
{
    /// <summary>Reads memory.</summary>
    /// <param name="address">The first byte, as the device puts it on the bus.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>False where one of the bytes may not be read; it throws nothing.</returns>
    bool TryRead(DmaAddress address, Span<byte> destination);

    /// <summary>Writes memory.</summary>
    /// <param name="address">The first byte, as the device puts it on the bus.</param>
    /// <param name="source">The bytes.</param>
    /// <returns>False where one of the bytes may not be written; it throws nothing.</returns>
    bool TryWrite(DmaAddress address, ReadOnlySpan<byte> source);
}
