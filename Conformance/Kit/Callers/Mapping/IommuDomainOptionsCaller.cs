using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class IommuDomainOptionsCaller : HostileCaller
{
    internal IommuDomainOptionsCaller()
        : base(typeof(IommuDomainOptions))
    {
        Add("IommuDomainOptions()", a => new IommuDomainOptions());
        Add("set Aperture", a => new IommuDomainOptions { Aperture = a.Window() });
        Add("set Format", a => new IommuDomainOptions { Format = a.Maybe(PageTableFormat.AmdV1) });
        Add("set ReservedWindows", a => new IommuDomainOptions { ReservedWindows = a.Maybe(new DmaWindow[a.Below(3)]) });
        Add("set Granule", a => new IommuDomainOptions { Granule = a.Size() });
        Add("set Lazy", a => new IommuDomainOptions { Lazy = a.Maybe(new LazyInvalidation()) });
        Add("set IsTrusted", a => new IommuDomainOptions { IsTrusted = a.Flag() });
    }
}
