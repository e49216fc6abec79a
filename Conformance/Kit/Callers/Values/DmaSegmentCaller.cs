using PfnBuffers;

namespace Conformance;

internal sealed class DmaSegmentCaller : HostileCaller
{
    internal DmaSegmentCaller()
        : base(typeof(DmaSegment))
    {
        Add("DmaSegment(DmaAddress, long)", a => new DmaSegment(a.Address(), a.Long()));
        Add("op_Equality(DmaSegment, DmaSegment)", a => a.Segment() == a.Segment());
        Add("op_Inequality(DmaSegment, DmaSegment)", a => a.Segment() != a.Segment());
        Add("Equals(DmaSegment)", a => a.Segment().Equals(a.Segment()));
    }
}
