using DmaMapping;

namespace Conformance;

internal sealed class MoveTokenCaller : HostileCaller
{
    internal MoveTokenCaller()
        : base(typeof(MoveToken))
    {
        Add("op_Equality(MoveToken, MoveToken)", a => default(MoveToken) == default);
        Add("op_Inequality(MoveToken, MoveToken)", a => default(MoveToken) != default);
        Add("Equals(MoveToken)", a => default(MoveToken).Equals(default) ? default(MoveToken) : null);
    }
}
