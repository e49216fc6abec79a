using PfnBuffers;

namespace Conformance;

internal sealed class HoldingCaller : HostileCaller
{
    internal HoldingCaller()
        : base(typeof(Holding))
    {
        Add("Holding(string, HoldingKind, bool, bool)", a => new Holding(a.Maybe(a.Text()), a.Of<HoldingKind>(), a.Flag(), a.Flag()));
    }
}
