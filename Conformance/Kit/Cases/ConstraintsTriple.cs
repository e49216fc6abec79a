using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Three devices' constraints, for the algebra of the meet.</summary>
public sealed record ConstraintsTriple(DmaConstraints A, DmaConstraints B, DmaConstraints C)
{
    /// <summary>Any three.</summary>
    public static Arbitrary<ConstraintsTriple> Cases { get; } = Arb.From(
        from abc in ConstraintsCases.Any.Three() select new ConstraintsTriple(abc.Item1, abc.Item2, abc.Item3),
        Smaller);

    /// <inheritdoc/>
    public override string ToString() => $"[{A}], [{B}], [{C}]";

    private static IEnumerable<ConstraintsTriple> Smaller(ConstraintsTriple one)
        => ConstraintsCases.Simpler(one.A).Select(a => one with { A = a })
            .Concat(ConstraintsCases.Simpler(one.B).Select(b => one with { B = b }))
            .Concat(ConstraintsCases.Simpler(one.C).Select(c => one with { C = c }));
}
