using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class DmaFaultCaller : HostileCaller
{
    internal DmaFaultCaller()
        : base(typeof(DmaFault))
    {
        Add("DmaFault(RequesterId, DmaAddress, MemoryAccess, FaultReason)", a => new DmaFault(new RequesterId((ushort)a.Below(65536)), a.Address(), a.Any<MemoryAccess>(), a.Any<FaultReason>()));
    }
}
