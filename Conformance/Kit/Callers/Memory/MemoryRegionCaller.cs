using PfnBuffers;

namespace Conformance;

internal sealed class MemoryRegionCaller : HostileCaller
{
    internal MemoryRegionCaller()
        : base(typeof(MemoryRegion))
    {
        Add("MemoryRegion(PhysicalAddress, long, MemoryKind)", a => new MemoryRegion(a.Physical(), a.Long(), a.Of<MemoryKind>()));
        Add("Contains(PhysicalAddress)", a => EmulatedMachineCaller.Region(a).Contains(a.Physical()));
        Add("op_Equality(MemoryRegion, MemoryRegion)", a => EmulatedMachineCaller.Region(a) == EmulatedMachineCaller.Region(a));
        Add("op_Inequality(MemoryRegion, MemoryRegion)", a => EmulatedMachineCaller.Region(a) != EmulatedMachineCaller.Region(a));
        Add("Equals(MemoryRegion)", a => EmulatedMachineCaller.Region(a).Equals(EmulatedMachineCaller.Region(a)));
    }
}
