using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class BusPortCaller : HostileCaller
{
    internal BusPortCaller()
        : base(typeof(BusPort), hasState: true)
    {
        Add("Direct(DmaDevice, IPhysicalMemory, long)", a => BusPort.Direct(a.Maybe(a.Device()), a.Maybe(a.Memory()), a.Long()));
        Add("TryRead(DmaAddress, Span<byte>, out DmaFault)", a => a.One(a.World.Port, a.World.DirectPort).TryRead(a.Address(), a.Bytes(), out DmaFault fault) ? null : fault);
        Add("TryWrite(DmaAddress, ReadOnlySpan<byte>, out DmaFault)", a => a.World.Port.TryWrite(a.Address(), a.Bytes(), out DmaFault fault) ? null : fault);
    }
}
