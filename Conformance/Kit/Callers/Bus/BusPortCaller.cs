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
        Add("TryWrite(DmaAddress, ReadOnlySpan<byte>, out DmaFault)", a =>
        {
            byte[] bytes = a.Bytes();
            bool done = a.World.Port.TryWrite(a.Address(), bytes, out DmaFault fault);
            a.Require(!done || bytes.Length == 0 || a.World.Translated.Live.Count + a.World.Translated.Reservations.Count + a.World.LivePlanes.Count + a.World.LiveUses.Count > 0, "nothing is reached that is not mapped");
            return done ? null : fault;
        });
    }
}
