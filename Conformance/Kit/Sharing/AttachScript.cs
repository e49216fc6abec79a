using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Devices that come and go.</summary>
internal static class AttachScript
{
    /// <summary>Up to 12 steps; where <c>Detach</c> is not negative, one of those who are attached goes instead.</summary>
    internal static Arbitrary<(DmaConstraints Constraints, int Detach)[]> Cases { get; } = Arb.From(
        from count in Gen.Choose(1, 12)
        from steps in Step.ArrayOf(count)
        select steps,
        Smaller);

    /// <summary>Rules that one page satisfies, for a buffer of one page is what they are held against.</summary>
    private static Gen<(DmaConstraints Constraints, int Detach)> Step
        => from any in ConstraintsCases.Any
           from granularity in Gen.Elements(1L, 2, 512, 4096)
           from detach in Gen.Frequency((2, Gen.Constant(-1)), (1, Gen.Choose(0, 20)))
           select (any.IsBottom ? any : any with { Granularity = granularity, MaxSegmentCount = 0, MaxSegmentSize = 0, SegmentBoundaryMask = any.SegmentBoundaryMask | 0xFFF }, detach);

    private static IEnumerable<(DmaConstraints Constraints, int Detach)[]> Smaller((DmaConstraints Constraints, int Detach)[] script)
        => script.Select((_, i) => script.Where((_, index) => index != i).ToArray());
}
