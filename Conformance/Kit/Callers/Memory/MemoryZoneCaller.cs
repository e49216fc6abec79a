using PfnBuffers;

namespace Conformance;

internal sealed class MemoryZoneCaller : HostileCaller
{
    internal MemoryZoneCaller()
        : base(typeof(MemoryZone))
    {
        Add("MemoryZone(string, PhysicalAddress, long)", a => new MemoryZone(a.Maybe(a.Text()), a.Physical(), a.Long()));
        Add("op_Equality(MemoryZone, MemoryZone)", a => Zone(a) == Zone(a));
        Add("op_Inequality(MemoryZone, MemoryZone)", a => Zone(a) != Zone(a));
        Add("Equals(MemoryZone)", a => Zone(a).Equals(Zone(a)));
    }

    internal static MemoryZone Zone(HostileArguments a) => a.OneIn(4) ? default : new MemoryZone("zone", new PhysicalAddress((ulong)a.Below(64) << 12), 4096L * a.Below(64));
}
