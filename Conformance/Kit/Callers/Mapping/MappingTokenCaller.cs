using DmaMapping;

namespace Conformance;

internal sealed class MappingTokenCaller : HostileCaller
{
    internal MappingTokenCaller()
        : base(typeof(MappingToken))
    {
        Add("MappingToken(int, int, uint)", a => new MappingToken(a.Int(), a.Int(), (uint)a.Int()));
        Add("op_Equality(MappingToken, MappingToken)", a => a.Token(a.World.Direct) == a.Token(a.World.Direct));
        Add("op_Inequality(MappingToken, MappingToken)", a => a.Token(a.World.Direct) != a.Token(a.World.Direct));
        Add("Equals(MappingToken)", a => a.Token(a.World.Direct).Equals(a.Token(a.World.Direct)));
    }
}
