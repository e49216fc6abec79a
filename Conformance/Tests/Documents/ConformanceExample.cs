using System.Linq;
using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>What docs/conformance-kit.md shows: the toy obeys every law, and each planted fault is told by the laws that the page names.</summary>
public class ConformanceExample
{
    // <theory>
    private const MapperCapabilities Able = MapperCapabilities.Coherent;

    private static MapperUnderTest Make(MapperSetting setting)
        => new(new ToyMapper(setting.Device, setting.BusOffset), BusPort.Direct(setting.Device, setting.Memory, setting.BusOffset));

    public static TheoryData<string> Laws => [.. MapperLaws.For(Make, Able).Select(law => law.Name)];

    [Theory]
    [MemberData(nameof(Laws))]
    public void The_toy_obeys(string law) => MapperLaws.For(Make, Able).Single(one => one.Name == law).Check();
    // </theory>

    public static TheoryData<ToyFault, string[]> Told => new()
    {
        {
            ToyFault.ForgetsWindow,
            [
                "the profile tells the truth", "segments obey the device", "the plan tells what mapping does", "prefixes cover everything",
                "the device reads what the CPU wrote", "the CPU reads what the device wrote", "coherent mappings need no sync", "edges of memory are as any other",
                "frames are only read", "mappings leave each other alone", "many mappings stand together", "zero copy never copies",
            ]
        },
        { ToyFault.ReusesTokens, ["tokens are checked"] },
        { ToyFault.StopsAfterARun, ["prefixes are the longest"] },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void A_planted_fault_is_told_by_the_laws_that_the_page_names(ToyFault fault, string[] laws)
    {
        MapperCheck[] checks = [.. MapperLaws.For(setting => new MapperUnderTest(new ToyMapper(setting.Device, setting.BusOffset, fault), BusPort.Direct(setting.Device, setting.Memory, setting.BusOffset)), Able)];
        string told = string.Join(", ", checks.Where(check => !check.Run(seed: 20150127).Holds).Select(check => check.Name));
        Assert.True(told == string.Join(", ", laws), told);
        string page = System.IO.File.ReadAllText(System.IO.Path.Combine(DocumentTests.Root(), "docs", "conformance-kit.md"));
        string row = page.Split('\n').Single(line => line.StartsWith($"| `{fault}` |", System.StringComparison.Ordinal));
        Assert.Equal(laws.Order(), row.Split('|')[3].Split(',').Select(law => law.Trim()).Order());
    }
}
