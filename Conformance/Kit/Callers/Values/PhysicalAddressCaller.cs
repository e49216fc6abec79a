using PfnBuffers;

namespace Conformance;

internal sealed class PhysicalAddressCaller : HostileCaller
{
    internal PhysicalAddressCaller()
        : base(typeof(PhysicalAddress))
    {
        Add("PhysicalAddress(ulong)", a => new PhysicalAddress(a.ULong()));
        Add("op_Addition(PhysicalAddress, long)", a => a.Physical() + a.Long());
        Add("op_Subtraction(PhysicalAddress, PhysicalAddress)", a => a.Physical() - a.Physical());
        Add("op_Equality(PhysicalAddress, PhysicalAddress)", a => a.Physical() == a.Physical());
        Add("op_Inequality(PhysicalAddress, PhysicalAddress)", a => a.Physical() != a.Physical());
        Add("op_LessThan(PhysicalAddress, PhysicalAddress)", a => a.Physical() < a.Physical());
        Add("op_GreaterThan(PhysicalAddress, PhysicalAddress)", a => a.Physical() > a.Physical());
        Add("op_LessThanOrEqual(PhysicalAddress, PhysicalAddress)", a => a.Physical() <= a.Physical());
        Add("op_GreaterThanOrEqual(PhysicalAddress, PhysicalAddress)", a => a.Physical() >= a.Physical());
        Add("Equals(PhysicalAddress)", a => a.Physical().Equals(a.Physical()));
        Add("CompareTo(PhysicalAddress)", a => a.Physical().CompareTo(a.Physical()));
        Add("FrameOf(PageSize)", a => a.Physical().FrameOf(a.Size()));
        Add("OffsetIn(PageSize)", a => a.Physical().OffsetIn(a.Size()));
    }
}
