using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>Each law of the catalogue catches mappers that are broken on purpose.</summary>
public class MapperMutantTests
{
    private const int Cases = 400;

    public static TheoryData<string, string> Broken
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (BrokenMapper one in BrokenMapper.All)
            {
                // One build of the kit cannot count what is allocated.
                foreach (string law in one.Laws.Where(law => MapperLaws.All.Any(known => known.Name == law))) data.Add(one.Name, law);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_mapper_is_caught(string name, string law)
    {
        BrokenMapper broken = BrokenMapper.All.Single(mapper => mapper.Name == name);
        MapperCheck check = MapperLaws.ForRig(broken.Make, broken.Capabilities).Single(one => one.Name == law);
        LawReport report = check.Run(Cases);
        Assert.True(report.Broken is not null, $"'{law}' passed '{name}': {report}");
        Assert.StartsWith($"The law '{law}' is broken.", report.Broken, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Every_law_catches_a_broken_mapper()
        => Assert.Empty(MapperLaws.All.Select(law => law.Name).Except(BrokenMapper.All.SelectMany(one => one.Laws)));
}
