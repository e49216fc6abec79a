using PfnBuffers;

namespace Conformance;

internal sealed class RequesterIdCaller : HostileCaller
{
    internal RequesterIdCaller()
        : base(typeof(RequesterId))
    {
        Add("RequesterId(ushort)", a => new RequesterId((ushort)a.Below(65536)));
        Add("RequesterId(int, int, int)", a => new RequesterId(a.Int(), a.Int(), a.Int()));
        Add("op_Equality(RequesterId, RequesterId)", a => new RequesterId((ushort)a.Below(3)) == new RequesterId((ushort)a.Below(3)));
        Add("op_Inequality(RequesterId, RequesterId)", a => new RequesterId((ushort)a.Below(3)) != new RequesterId((ushort)a.Below(3)));
        Add("Equals(RequesterId)", a => new RequesterId((ushort)a.Below(3)).Equals(new RequesterId((ushort)a.Below(3))));
    }
}
