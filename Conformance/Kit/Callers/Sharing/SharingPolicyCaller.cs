using PfnBuffers;

namespace Conformance;

internal sealed class SharingPolicyCaller : HostileCaller
{
    internal SharingPolicyCaller()
        : base(typeof(SharingPolicy))
    {
        Add("SharingPolicy()", a => new SharingPolicy());
        Add("set AllowsBounce", a => new SharingPolicy { AllowsBounce = a.Flag() });
        Add("set AllowsMove", a => new SharingPolicy { AllowsMove = a.Flag() });
        Add("set PrefersBounce", a => new SharingPolicy { PrefersBounce = a.Flag() });
    }
}
