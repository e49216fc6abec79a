using System.Collections.Generic;
using System.Linq;
using FsCheck;

namespace Conformance;

/// <summary>Reads what a view tells of a case.</summary>
/// <param name="one">The case.</param>
/// <param name="offsets">Offsets at which addresses are asked for.</param>
public delegate ViewFacts ReadView(ViewCase one, IReadOnlyList<long> offsets);

/// <summary>That views are what the model says, however they are come to and cut.</summary>
public static class ViewLaws
{
    /// <summary>Over all page sizes, with offsets sampled.</summary>
    public static Law<ViewCase> ViewIsItsBytes(ReadView read) => Of("a view is its list of bytes", ViewCase.Cases, read);

    /// <summary>Over small views, each byte listed.</summary>
    public static Law<ViewCase> SmallViewIsItsBytes(ReadView read) => Of("a small view is its list of bytes, one by one", ViewCase.SmallCases, read);

    private static Law<ViewCase> Of(string name, Arbitrary<ViewCase> cases, ReadView read) => new(name, cases, one =>
    {
        ByteModel model = one.Model();
        long[] offsets = [.. model.Offsets()];
        return read(one, offsets).DifferenceFrom(ViewFacts.Of(model, offsets));
    });
}
