using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Two devices' constraints and a list that one, both or neither can take.</summary>
public sealed record MeetCase(DmaConstraints A, DmaConstraints B, DmaSegment[] Segments)
{
    /// <summary>Cases where both outcomes are common, for each device and for both.</summary>
    public static Arbitrary<MeetCase> Cases { get; } = Arb.From(
        from list in SegmentLists.Any
        from a in Gen.Frequency((5, ConstraintsCases.Around(list)), (1, ConstraintsCases.Any))
        from b in Gen.Frequency((5, ConstraintsCases.Around(list)), (1, ConstraintsCases.Any))
        select new MeetCase(a, b, list),
        Smaller);

    /// <inheritdoc/>
    public override string ToString() => $"[{A}] meet [{B}] over {string.Join("; ", Segments)}";

    private static IEnumerable<MeetCase> Smaller(MeetCase one)
        => SegmentLists.Shorter(one.Segments).Select(list => one with { Segments = list })
            .Concat(ConstraintsCases.Simpler(one.A).Select(a => one with { A = a }))
            .Concat(ConstraintsCases.Simpler(one.B).Select(b => one with { B = b }));
}
