using DmaMapping;

namespace Conformance;

internal sealed class CheckedMovableCaller : HostileCaller
{
    internal CheckedMovableCaller()
        : base(typeof(CheckedMovable), hasState: true)
    {
        Add("CheckedMovable(MappingChecker, DmaDevice, IMovable)", a => new CheckedMovable(a.Maybe(a.World.Checker), a.Maybe(a.Device()), a.Maybe<IMovable>(new HostileMovable(a, a.World.Buffers[0]))));
        Add("StopDma(MoveNotice)", a =>
        {
            if (a.Flag()) return SharedBufferCaller.Moved(a, default, one => new CheckedMovable(a.World.Checker, a.World.Plain, one));
            new CheckedMovable(a.World.Checker, a.World.Plain, new HostileMovable(a, a.World.Buffers[0])).StopDma(null!);
            return null;
        });
        Add("Moved(MoveOutcome)", a =>
        {
            if (a.Flag()) return SharedBufferCaller.Moved(a, default, one => new CheckedMovable(a.World.Checker, a.World.Plain, one));
            new CheckedMovable(a.World.Checker, a.World.Plain, new HostileMovable(a, a.World.Buffers[0])).Moved(null!);
            return null;
        });
    }
}
