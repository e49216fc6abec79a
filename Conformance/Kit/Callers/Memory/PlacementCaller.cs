using PfnBuffers;

namespace Conformance;

internal sealed class PlacementCaller : HostileCaller
{
    internal PlacementCaller()
        : base(typeof(Placement))
    {
        Add("set First", a => new Placement { First = a.Physical() });
        Add("set Last", a => new Placement { Last = a.Physical() });
        Add("set Alignment", a => new Placement { Alignment = a.ULong() });
        Add("set BoundaryMask", a => new Placement { BoundaryMask = a.ULong() });
        Add("Below(int)", a => Placement.Below(a.Int()));
        Add("Allows(PhysicalAddress, long)", a => a.Placement().Allows(a.Physical(), a.Long()));
        Add("op_Equality(Placement, Placement)", a => a.Placement() == a.Placement());
        Add("op_Inequality(Placement, Placement)", a => a.Placement() != a.Placement());
        Add("Equals(Placement)", a => a.Placement().Equals(a.Placement()));
    }
}
