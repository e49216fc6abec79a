using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class BouncePoolOptionsCaller : HostileCaller
{
    internal BouncePoolOptionsCaller()
        : base(typeof(BouncePoolOptions))
    {
        Add("BouncePoolOptions()", a => new BouncePoolOptions { Length = 4096 });
        Add("set Length", a => new BouncePoolOptions { Length = a.Long() });
        Add("set MostLength", a => new BouncePoolOptions { Length = 4096, MostLength = a.Long() });
        Add("set GrowBy", a => new BouncePoolOptions { Length = 4096, GrowBy = a.Long() });
        Add("set Placement", a => new BouncePoolOptions { Length = 4096, Placement = a.Placement() });
        Add("set Name", a => new BouncePoolOptions { Length = 4096, Name = a.Maybe(a.Text()) });
        Add("set Device", a => new BouncePoolOptions { Length = 4096, Device = a.Maybe(a.Device()) });
        Add("set Protection", a => new BouncePoolOptions { Length = 4096, Protection = a.Of<MemoryProtection>() });
    }
}
