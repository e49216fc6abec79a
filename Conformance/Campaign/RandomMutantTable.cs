using System;
using System.IO;
using Conformance.Mutants;

namespace Conformance.Campaign;

/// <summary>After how many cases each planted fault is found.</summary>
internal static class RandomMutantTable
{
    private const long MostCases = 10_000;

    /// <summary>Writes a line for each fault.</summary>
    /// <returns>0 where all are found, 1 where one is not.</returns>
    internal static int Write(TextWriter output)
    {
        int missed = 0;
        foreach (RandomFault fault in RandomFaults.All)
        {
            (long cases, string? what) = MutantContext.Of(fault.Fault).Over<Func<string, long, (long, string?)>>(RandomSample.Run)(fault.Backend, MostCases);
            if (what is null) missed++;
            output.WriteLine(FormattableString.Invariant($"| {fault.Name} | {fault.Backend} | {(what is null ? "not found" : cases.ToString(System.Globalization.CultureInfo.InvariantCulture))} | {fault.Fault.Breaks} |"));
        }

        output.WriteLine(FormattableString.Invariant($"faults={RandomFaults.All.Count} missed={missed}"));
        return missed == 0 ? 0 : 1;
    }
}
