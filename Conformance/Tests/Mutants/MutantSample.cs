using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// Which planted faults are tried. Each takes seconds, for the library is compiled with it: every build tries some of each kind, and all where
/// <c>PFN_DMA_ALL_MUTANTS</c> is set.
/// </summary>
internal static class MutantSample
{
    private const int OneIn = 10;

    internal static TheoryData<string> Of(IEnumerable<string> names)
        => [.. names.Where((_, i) => i % OneIn == 0 || Environment.GetEnvironmentVariable("PFN_DMA_ALL_MUTANTS") is not null)];
}
