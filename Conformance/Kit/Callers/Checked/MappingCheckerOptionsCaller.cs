using DmaMapping;

namespace Conformance;

internal sealed class MappingCheckerOptionsCaller : HostileCaller
{
    internal MappingCheckerOptionsCaller()
        : base(typeof(MappingCheckerOptions))
    {
        Add("MappingCheckerOptions()", a => new MappingCheckerOptions());
        Add("set OnMisuse", a => new MappingCheckerOptions { OnMisuse = a.Flag() ? null : a.Seen.Add });
        Add("set MostOverlaps", a => new MappingCheckerOptions { MostOverlaps = a.Int() });
        Add("set ForbidsSharedWrites", a => new MappingCheckerOptions { ForbidsSharedWrites = a.Flag() });
        Add("set EndedKept", a => new MappingCheckerOptions { EndedKept = a.Int() });
    }

    internal static MappingCheckerOptions Made(HostileArguments a) => new() { MostOverlaps = a.Int(), ForbidsSharedWrites = a.Flag(), EndedKept = a.Int() };
}
