using System.Linq;

namespace Conformance;

/// <summary><see cref="LinkLaws.LinksReachWhatMappingsReach"/>, in the catalogue.</summary>
public sealed class LinksReachWhatMappingsReach() : MapperLaw<LinkScript>(
    "links reach what mappings reach",
    "after every step of linking and unlinking the device reaches what one-shot mappings of the linked views reach, at the links' offsets; what is unlinked faults, and released all is as at the start",
    MapperCapabilities.Reserves,
    MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override int Cases => 40;

    /// <inheritdoc/>
    public override LawOutcome Judge(LinkScript one, MakeRig make)
        => LinkLaws.LinksReachWhatMappingsReach(make).Violation(one) is { } broken ? LawOutcome.Broken(broken) : LawOutcome.HeldIf(one.Steps.Any(step => step.Unlink < 0));

    /// <inheritdoc/>
    protected override FsCheck.Arbitrary<LinkScript> CasesFor(MapperCapabilities capabilities) => LinkScript.Cases;
}
