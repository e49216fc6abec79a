using System;
using PfnBuffers;

namespace Conformance;

internal sealed class DmaConstraintsCaller : HostileCaller
{
    internal DmaConstraintsCaller()
        : base(typeof(DmaConstraints))
    {
        Add("set Window", a => new DmaConstraints { Window = a.Window() });
        Add("set MaxSegmentSize", a => new DmaConstraints { MaxSegmentSize = a.Long() });
        Add("set MaxSegmentCount", a => new DmaConstraints { MaxSegmentCount = a.Int() });
        Add("set SegmentBoundaryMask", a => new DmaConstraints { SegmentBoundaryMask = a.ULong() });
        Add("set Alignment", a => new DmaConstraints { Alignment = a.ULong() });
        Add("set Granularity", a => new DmaConstraints { Granularity = a.Long() });
        Add("set OffsetPreservingMask", a => new DmaConstraints { OffsetPreservingMask = a.ULong() });
        Add("Meet(in DmaConstraints, in DmaConstraints)", a => DmaConstraints.Meet(a.Constraints(), a.Constraints()));
        Add("Satisfies(ReadOnlySpan<DmaSegment>)", a => a.Constraints().Satisfies(Segments(a)));
        Add("Satisfies(ReadOnlySpan<DmaSegment>, in PfnView)", a => a.Constraints().Satisfies(Segments(a), a.View()));
        Add("TakesAlone(in DmaSegment, PhysicalAddress)", a => a.Constraints().TakesAlone(a.Segment(), a.Physical()));
        Add("op_Equality(DmaConstraints, DmaConstraints)", a => a.Constraints() == a.Constraints());
        Add("op_Inequality(DmaConstraints, DmaConstraints)", a => a.Constraints() != a.Constraints());
        Add("Equals(DmaConstraints)", a => a.Constraints().Equals(a.Constraints()));
    }

    private static ReadOnlySpan<DmaSegment> Segments(HostileArguments a)
    {
        Span<DmaSegment> segments = a.Segments();
        foreach (ref DmaSegment one in segments) one = a.OneIn(4) ? default : a.Segment();
        return segments;
    }
}
