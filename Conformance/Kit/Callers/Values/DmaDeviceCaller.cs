using PfnBuffers;

namespace Conformance;

internal sealed class DmaDeviceCaller : HostileCaller
{
    internal DmaDeviceCaller()
        : base(typeof(DmaDevice))
    {
        Add("DmaDevice(string, RequesterId, DmaConstraints)", a => new DmaDevice(a.Maybe(a.Text()), new RequesterId((ushort)a.Below(65536)), a.Constraints()));
        Add("set IsTrusted", a => new DmaDevice("d", default) { IsTrusted = a.Flag() });
        Add("set PrefersLowAddresses", a => new DmaDevice("d", default) { PrefersLowAddresses = a.Flag() });
        Add("set Protection", a => new DmaDevice("d", default) { Protection = a.Of<MemoryProtection>() });
    }
}
