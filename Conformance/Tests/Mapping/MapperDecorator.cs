namespace Conformance.Tests;

/// <summary>A mapper that hands everything on to a rig's own: what to derive a broken one from.</summary>
internal abstract class MapperDecorator(MapperRig rig) : MapperWrapper(rig.Mapper)
{
    protected MapperRig Rig => rig;
}
