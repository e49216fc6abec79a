using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults in naming mappings and ranges of them.</summary>
internal static class TokenMutants
{
    internal static IEnumerable<SourceMutant> All { get; } =
    [
        In("token-used-again", "MappingTable", "            entry.NextFree = _free;\n            _free = token.Slot;\n        }\n", "            entry.NextFree = _free;\n            _free = token.Slot;\n            entry.Generation--;\n        }\n", "a token names one mapping only"),
        In("any-generation-is-good", "MappingTable", "if (entry.Live && entry.Generation == token.Generation) return", "if (entry.Live) return", "a forged token is none"),
        In("unmapped-twice", "MappingTable", "if (entry.Live && entry.Generation == token.Generation) return", "if (entry.Generation - token.Generation <= 1) return", "a mapping ends once"),
        In("anybody's-token-is-good", "MappingTable", "        if (token.Owner == _owner)\n", "        if (token.Owner != 0)\n", "a token is good for its mapper"),
        In("sync-range-one-more", "Segmenting", "=> Throw.IfRangeOutside(offset, length, mapped);", "=> Throw.IfRangeOutside(offset, length, mapped + 1);", "a range outside the mapping is a bug"),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"DmaMapping/Mapping/{file}.cs", find, replacement, breaks);
}
