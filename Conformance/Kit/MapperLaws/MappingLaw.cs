using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance;

/// <summary>A law whose case is one device and one view to be mapped for it.</summary>
/// <param name="name">What the law is called.</param>
/// <param name="promise">What it promises, as a sentence.</param>
/// <param name="needs">The capabilities that a mapper must have for it.</param>
/// <param name="without">The capabilities of mappers that another law speaks of instead.</param>
public abstract class MappingLaw(string name, string promise, MapperCapabilities needs = MapperCapabilities.None, MapperCapabilities without = MapperCapabilities.None)
    : MapperLaw<MapperCase>(name, promise, needs, without)
{
    /// <summary>Makes a case one that the law has something to say of.</summary>
    protected virtual MapperCase Tune(MapperCase one) => one;

    /// <summary>Where cases come from before they are tuned.</summary>
    protected virtual Arbitrary<MapperCase> From(MapperCapabilities capabilities) => MapperCases.For(capabilities);

    /// <inheritdoc/>
    protected sealed override Arbitrary<MapperCase> CasesFor(MapperCapabilities capabilities)
    {
        Arbitrary<MapperCase> any = From(capabilities);
        return Arb.From(any.Generator.Select(Tune), one => any.Shrinker(one).Select(Tune).Where(smaller => smaller != one));
    }
}
