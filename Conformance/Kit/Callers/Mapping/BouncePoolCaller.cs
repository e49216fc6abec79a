using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class BouncePoolCaller : HostileCaller
{
    internal BouncePoolCaller()
        : base(typeof(BouncePool), hasState: true)
    {
        Add("BouncePool(IPhysicalMemory, FrameAllocator, long, Placement)", a => Ended(new BouncePool(a.Maybe(a.Memory()), a.Maybe(a.World.Machine.Frames), a.Flag() ? a.Modest() : a.Long(), a.Placement())));
        Add("BouncePool(IPhysicalMemory, FrameAllocator, BouncePoolOptions)", a => Ended(new BouncePool(a.Maybe(a.Memory()), a.Maybe(a.World.Machine.Frames), a.Maybe(new BouncePoolOptions { Length = a.Modest(), MostLength = a.OneIn(3) ? 0 : a.Modest(), GrowBy = a.OneIn(3) ? 0 : a.Modest(), Placement = a.Placement(), Name = a.Maybe(a.Text()), Device = a.Maybe(a.Device()) }))));
        Do("Trim()", a => a.One(a.World.Pool, a.World.GonePool).Trim());
        Do("Dispose()", a => a.One(a.World.Pool, a.World.GonePool).Dispose());
        Add("get Capacity", a => a.One(a.World.Pool, a.World.GonePool));
    }

    private static BouncePool Ended(BouncePool pool)
    {
        pool.Dispose();
        return pool;
    }
}
