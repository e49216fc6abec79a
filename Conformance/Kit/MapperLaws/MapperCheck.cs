using System;

namespace Conformance;

/// <summary>One law to be held against one mapper.</summary>
/// <param name="law">The law.</param>
/// <param name="make">Makes the rig of a case.</param>
/// <param name="capabilities">What the mapper is able to.</param>
public sealed class MapperCheck(MapperLaw law, MakeRig make, MapperCapabilities capabilities)
{
    /// <summary>The law.</summary>
    public MapperLaw Law => law;

    /// <summary>What the law is called.</summary>
    public string Name => law.Name;

    /// <summary>The capabilities for which the mapper is held to it.</summary>
    public MapperCapabilities Needs => law.Needs;

    /// <summary>Holds the mapper to the law.</summary>
    /// <param name="cases">How many cases; the law's own number unless given.</param>
    /// <param name="seed">Equal seeds give equal cases; that of the process (<see cref="Seed.Variable"/>) unless given.</param>
    /// <exception cref="LawViolatedException">The mapper breaks the law: the name, what was wanted, what was found, the smallest case, and how to repeat it. Or too few cases showed anything.</exception>
    public void Check(int? cases = null, ulong? seed = null)
    {
        LawReport report = Run(cases, seed);
        if (!CaseShare.IsWhole && report.Broken is null) return; // a part of the cases may show nothing
        if (!report.Holds) throw new LawViolatedException(report.ToString());
    }

    /// <summary>The same, told instead of thrown.</summary>
    /// <param name="cases">How many cases; the law's own number unless given.</param>
    /// <param name="seed">Equal seeds give equal cases; that of the process unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one case.</exception>
    public LawReport Run(int? cases = null, ulong? seed = null)
    {
        if (cases < 1) throw new ArgumentOutOfRangeException(nameof(cases), cases, "at least 1");
        return law.Run(make, capabilities, cases ?? CaseShare.Of(law.Cases), seed ?? Seed.Value);
    }

    /// <summary>The law's name.</summary>
    public override string ToString() => law.Name;
}
