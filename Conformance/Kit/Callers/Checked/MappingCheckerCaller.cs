using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class MappingCheckerCaller : HostileCaller
{
    internal MappingCheckerCaller()
        : base(typeof(MappingChecker), hasState: true)
    {
        Add("MappingChecker(MappingCheckerOptions)", a => new MappingChecker(a.Maybe(MappingCheckerOptionsCaller.Made(a))));
        Do("Watch(BusPort)", a =>
        {
            var port = BusPort.Direct(a.World.Plain, a.World.Machine);
            a.World.Checker.Watch(a.Maybe(port));
            a.Require(IsTold(a, port), "a device reads what no checked mapper has mapped for it, and nobody is told");
        });
        Do("WatchRaw(BusPort)", a =>
        {
            var port = BusPort.Direct(a.World.Plain, a.World.Machine);
            a.World.Checker.WatchRaw(a.Maybe(port));
            IsTold(a, port);
        });
        Do("CheckCpuAccess(in PfnView, MemoryAccess)", a => a.World.Checker.CheckCpuAccess(a.View(), a.Of<MemoryAccess>()));
        Do("CheckCpuAccess(PhysicalAddress, long, MemoryAccess)", a => a.World.Checker.CheckCpuAccess(a.Physical(), a.Long(), a.Of<MemoryAccess>()));
        Do("CheckFree(in PfnView)", a => a.World.Checker.CheckFree(a.View()));
        Do("CheckFree(PhysicalAddress, long)", a => a.World.Checker.CheckFree(a.Physical(), a.Long()));
    }

    private static bool IsTold(HostileArguments a, BusPort port)
    {
        try
        {
            port.TryRead(a.Address(), new byte[1 + a.Below(5000)], out _);
            return false;
        }
        catch (DmaMisuseException)
        {
            return true;
        }
    }
}
