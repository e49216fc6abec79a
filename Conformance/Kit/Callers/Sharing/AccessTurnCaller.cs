using DmaMapping;

namespace Conformance;

internal sealed class AccessTurnCaller : HostileCaller
{
    internal AccessTurnCaller()
        : base(typeof(AccessTurn))
    {
        Add("op_Equality(AccessTurn, AccessTurn)", a => Made(a) == Made(a));
        Add("op_Inequality(AccessTurn, AccessTurn)", a => Made(a) != Made(a));
        Add("Equals(AccessTurn)", a => Made(a).Equals(Made(a)) ? Made(a) : null);
    }

    private static AccessTurn Made(HostileArguments a)
    {
        return a.World.Turns.Count > 0 ? a.World.Turns[0].Turn : default;
    }
}
