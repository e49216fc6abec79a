using PfnBuffers;

namespace Conformance;

internal sealed class PlacementDemandCaller : HostileCaller
{
    internal PlacementDemandCaller()
        : base(typeof(PlacementDemand))
    {
        Add("set Placement", a => new PlacementDemand { Placement = a.Placement() });
        Add("set Contiguous", a => new PlacementDemand { Contiguous = a.Flag() });
        Add("set NeedsPages", a => new PlacementDemand { NeedsPages = a.Flag() });
        Add("Of(Importer, long)", a => PlacementDemand.Of(a.Maybe(a.Importer()), a.Long()));
        Add("Meet(in PlacementDemand, in PlacementDemand)", a => PlacementDemand.Meet(a.Demand(), a.Demand()));
        Add("op_Equality(PlacementDemand, PlacementDemand)", a => a.Demand() == a.Demand());
        Add("op_Inequality(PlacementDemand, PlacementDemand)", a => a.Demand() != a.Demand());
        Add("Equals(PlacementDemand)", a => a.Demand().Equals(a.Demand()));
    }
}
