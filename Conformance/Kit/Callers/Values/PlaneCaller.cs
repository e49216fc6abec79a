using PfnBuffers;

namespace Conformance;

internal sealed class PlaneCaller : HostileCaller
{
    internal PlaneCaller()
        : base(typeof(Plane))
    {
        Add("Plane(long, long, long, int)", a => a.Flag() ? a.Plane() : new Plane(a.Long(), a.Long(), a.Long(), a.Int()));
        Add("LineAt(int)", a => a.Plane().LineAt(a.Int()));
        Add("MostSegments(in PfnView)", a => a.Plane().MostSegments(a.View()));
        Add("op_Equality(Plane, Plane)", a => a.Plane() == a.Plane());
        Add("op_Inequality(Plane, Plane)", a => a.Plane() != a.Plane());
        Add("Equals(Plane)", a => a.Plane().Equals(a.Plane()));
    }
}
