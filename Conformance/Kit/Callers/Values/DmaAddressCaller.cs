using PfnBuffers;

namespace Conformance;

internal sealed class DmaAddressCaller : HostileCaller
{
    internal DmaAddressCaller()
        : base(typeof(DmaAddress))
    {
        Add("DmaAddress(ulong)", a => new DmaAddress(a.ULong()));
        Add("op_Addition(DmaAddress, long)", a => a.Address() + a.Long());
        Add("op_Subtraction(DmaAddress, DmaAddress)", a => a.Address() - a.Address());
        Add("op_Equality(DmaAddress, DmaAddress)", a => a.Address() == a.Address());
        Add("op_Inequality(DmaAddress, DmaAddress)", a => a.Address() != a.Address());
        Add("op_LessThan(DmaAddress, DmaAddress)", a => a.Address() < a.Address());
        Add("op_GreaterThan(DmaAddress, DmaAddress)", a => a.Address() > a.Address());
        Add("op_LessThanOrEqual(DmaAddress, DmaAddress)", a => a.Address() <= a.Address());
        Add("op_GreaterThanOrEqual(DmaAddress, DmaAddress)", a => a.Address() >= a.Address());
        Add("Equals(DmaAddress)", a => a.Address().Equals(a.Address()));
        Add("CompareTo(DmaAddress)", a => a.Address().CompareTo(a.Address()));
    }
}
