using System;
using System.Linq;
using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// A checked mapper obeys every law of the catalogue, around each kind of mapper, and tells of no misuse where there is none: whatever it tells breaks the
/// law. A few laws misuse mappers on purpose, and there the mapper inside is to speak.
/// </summary>
public class CheckedMapperLawTests
{
    /// <summary>Enough to see that nothing is told; the laws themselves are held to in MapperLawTests.</summary>
    private const int Cases = 40;

    /// <summary>Laws that misuse on purpose, that map what is mapped, or that a checker is not for: it keeps the books of each mapping, and those are objects.</summary>
    private static readonly string[] OnPurpose = ["tokens are checked", "arguments are checked", "sync ranges are checked", "copies do not diverge", "tables hold the union of mappings", "mapping allocates nothing"];

    public static TheoryData<MapperKind, string> Laws
    {
        get
        {
            var data = new TheoryData<MapperKind, string>();
            foreach (MapperKind kind in (MapperKind[])Enum.GetValues(typeof(MapperKind)))
            {
                foreach (MapperCheck check in Checks(kind).Where(check => !OnPurpose.Contains(check.Name) && SlowLaws.AreTried(check.Name))) data.Add(kind, check.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_checked_mapper_obeys_and_tells_of_nothing(MapperKind kind, string law)
    {
        LawReport report = Checks(kind).Single(check => check.Name == law).Run(Cases);
        Assert.True(report.Broken is null, report.Broken);
        Assert.NotEqual(0, report.Showed);
    }

    private static MapperCheck[] Checks(MapperKind kind) => [.. MapperLaws.ForRig(Rig, kind.Capabilities())];

    private static MapperRig Rig(MapperCase one)
    {
        MapperRig rig = MapperRig.Of(one);
        var checker = new MappingChecker(new MappingCheckerOptions { OnMisuse = Told });
        rig.Mapper = rig.Mapper is IReservingMapper reserving ? new CheckedReservingMapper(checker, reserving) : new CheckedMapper(checker, rig.Mapper);
        return rig;
    }

    /// <summary>Links are misplaced on purpose in the law of links.</summary>
    private static void Told(MisuseReport misuse)
    {
        if (misuse.Kind != MisuseKind.LinkMisplaced) throw new LawViolatedException(misuse.ToString());
    }
}
