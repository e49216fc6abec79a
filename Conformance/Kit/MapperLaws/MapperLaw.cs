using System;
using FsCheck;

namespace Conformance;

/// <summary>
/// A promise that every mapper of some capabilities keeps: a name, the sentence that it holds, and a way to try it. A further law is a class that
/// derives from <see cref="MapperLaw{T}"/>, or from <see cref="MappingLaw"/> where one case is one mapping, and a line in <see cref="MapperLaws.All"/>.
/// </summary>
public abstract class MapperLaw
{
    private protected MapperLaw(string name, string promise, MapperCapabilities needs, MapperCapabilities without)
        => (Name, Promise, Needs, Without) = (name, promise, needs, without);

    /// <summary>What the law is called in a list of tests.</summary>
    public string Name { get; }

    /// <summary>What it promises.</summary>
    public string Promise { get; }

    /// <summary>The capabilities that a mapper must have for it.</summary>
    public MapperCapabilities Needs { get; }

    /// <summary>The capabilities of mappers that another law speaks of instead.</summary>
    public MapperCapabilities Without { get; }

    /// <summary>How many cases are tried unless told otherwise.</summary>
    public virtual int Cases => 100;

    /// <summary>
    /// The least share of cases, 0 to 1, that must show something for the law to count as tried. A mapper that refuses everything breaks nothing, and is
    /// caught by this.
    /// </summary>
    public virtual double LeastShare => 0.1;

    /// <summary>Why mappers of some capabilities are not held to the law; null where they are.</summary>
    public string? WhyNot(MapperCapabilities capabilities)
    {
        MapperCapabilities lacks = Needs & ~capabilities, has = Without & capabilities;
        if (lacks != 0) return $"needs {lacks}";
        return has != 0 ? $"not for {has}" : null;
    }

    /// <summary>Tries the law until it is broken.</summary>
    /// <param name="make">Makes the rig of a case.</param>
    /// <param name="capabilities">What the mapper is able to.</param>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">Equal seeds give equal cases.</param>
    public abstract LawReport Run(MakeRig make, MapperCapabilities capabilities, int cases, ulong seed);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A law whose cases are of some kind.</summary>
/// <param name="name">What the law is called.</param>
/// <param name="promise">What it promises, as a sentence.</param>
/// <param name="needs">The capabilities that a mapper must have for it.</param>
/// <param name="without">The capabilities of mappers that another law speaks of instead.</param>
/// <typeparam name="T">One case; it prints itself for people.</typeparam>
public abstract class MapperLaw<T>(string name, string promise, MapperCapabilities needs, MapperCapabilities without)
    : MapperLaw(name, promise, needs, without)
{
    /// <inheritdoc/>
    public override LawReport Run(MakeRig make, MapperCapabilities capabilities, int cases, ulong seed)
    {
        if (make is null) throw new ArgumentNullException(nameof(make));
        return LawSearch.Over(Name, Promise, LeastShare, CasesFor(capabilities), cases, seed, one => Judge(one, make));
    }

    /// <summary>What a case says of the law. Whatever it throws breaks the law.</summary>
    /// <param name="one">The case.</param>
    /// <param name="make">Makes the rig, as often as the law needs one.</param>
    public abstract LawOutcome Judge(T one, MakeRig make);

    /// <summary>Where cases come from, and how one is made smaller.</summary>
    /// <param name="capabilities">What the mapper is able to.</param>
    protected abstract Arbitrary<T> CasesFor(MapperCapabilities capabilities);
}
