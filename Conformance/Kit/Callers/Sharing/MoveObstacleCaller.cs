using PfnBuffers;

namespace Conformance;

internal sealed class MoveObstacleCaller : HostileCaller
{
    internal MoveObstacleCaller()
        : base(typeof(MoveObstacle))
    {
        Add("NoRoom(string)", a => MoveObstacle.NoRoom(a.Maybe(a.Text())));
        Add("Unsuitable(string)", a => MoveObstacle.Unsuitable(a.Maybe(a.Text())));
        Add("NoAnswer(IReadOnlyList<string>, string)", a => MoveObstacle.NoAnswer(a.Maybe(a.List(a.Text)), a.Maybe(a.Text())));
    }
}
