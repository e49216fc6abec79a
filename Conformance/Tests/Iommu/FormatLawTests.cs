using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>The laws of tables, of reach and of transfer hold in every format, by the word of the format's own walker and of the bus.</summary>
public class FormatLawTests
{
    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    public static TheoryData<string> Broken => [.. BrokenFormats.All.Select(one => one.Name)];

    public static TheoryData<string, MapperKind, string> Laws
    {
        get
        {
            var data = new TheoryData<string, MapperKind, string>();
            foreach (string format in Formats.Select(row => row.Data))
            {
                foreach (string law in LawsOfFormats)
                {
                    foreach (MapperKind kind in new[] { MapperKind.Iommu, MapperKind.IommuBouncePartial, MapperKind.IommuBounceEverything })
                    {
                        if (MapperLaws.All.Single(one => one.Name == law).WhyNot(kind.Capabilities()) is null) data.Add(format, kind, law);
                    }
                }
            }

            return data;
        }
    }

    private static string[] LawsOfFormats =>
    [
        "tables hold the union of mappings", "tables hold exactly the mapping", "directions are held to", "neighbours are out of reach", "unmapped is out of reach",
        "the device reads what the CPU wrote", "the CPU reads what the device wrote", "slots hold the view and zeros", "unmapping undoes everything",
    ];

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_law_holds_in_every_format(string format, MapperKind kind, string law)
        => MapperLaws.For(LibraryMappers.Of(kind, format: KnownFormat.Named(format)), kind.Capabilities()).Single(check => check.Name == law).Check(50);

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_format_is_caught(string name)
    {
        KnownFormat broken = BrokenFormats.All.Single(one => one.Name == name);
        LawAssert.Catches(TableLaws.TablesHoldTheUnionOfLiveMappings(one => MapperRig.Of(one, format: broken)), 300);
    }
}
