using DmaMapping;

namespace Conformance;

/// <summary><see cref="TableLaws.TablesHoldTheUnionOfLiveMappings"/>, in the catalogue.</summary>
public sealed class TablesHoldTheUnionOfMappings() : MapperLaw<MapScript>(
    "tables hold the union of mappings",
    "after every step of mapping and unmapping, an independent walk of the tables comes to the granules of the live mappings and no others, through as many tables as the domain says",
    MapperCapabilities.Tables,
    MapperCapabilities.None)
{
    /// <inheritdoc/>
    public override int Cases => 40;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapScript one, MakeRig make)
        => TableLaws.TablesHoldTheUnionOfLiveMappings(make).Violation(one) is { } broken ? LawOutcome.Broken(broken) : LawOutcome.HeldIf(one.Steps.Length > 3);

    /// <inheritdoc/>
    protected override FsCheck.Arbitrary<MapScript> CasesFor(MapperCapabilities capabilities) => MapScript.For(capabilities);
}
