using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>What <see cref="SeededPropertyAttribute"/> generates instead of FsCheck's small numbers.</summary>
public static class WholeRange
{
    public static Arbitrary<ulong> Word() => Arb.From(Words.Any);

    public static Arbitrary<long> SignedWord() => Arb.From(Words.Any.Select(word => (long)word));

    public static Arbitrary<PageSize> AnyPageSize() => Arb.From(ViewCase.AnyPageSize);

    public static Arbitrary<DmaConstraints> AnyConstraints() => Arb.From(ConstraintsCases.Any, ConstraintsCases.Simpler);
}
