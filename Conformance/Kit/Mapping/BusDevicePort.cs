using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A port of the library's bus.</summary>
/// <param name="port">The port.</param>
internal sealed class BusDevicePort(BusPort port) : IDevicePort
{
    /// <summary>The port.</summary>
    internal BusPort Port => port;

    public bool TryRead(DmaAddress address, Span<byte> destination) => port.TryRead(address, destination, out _);

    public bool TryWrite(DmaAddress address, ReadOnlySpan<byte> source) => port.TryWrite(address, source, out _);
}
