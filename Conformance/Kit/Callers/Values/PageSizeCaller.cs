using PfnBuffers;

namespace Conformance;

internal sealed class PageSizeCaller : HostileCaller
{
    internal PageSizeCaller()
        : base(typeof(PageSize))
    {
        Add("FromBytes(long)", a => PageSize.FromBytes(a.Long()));
        Add("FramesFor(long)", a => a.Size().FramesFor(a.Long()));
        Add("op_Equality(PageSize, PageSize)", a => a.Size() == a.Size());
        Add("op_Inequality(PageSize, PageSize)", a => a.Size() != a.Size());
        Add("Equals(PageSize)", a => a.Size().Equals(a.Size()));
    }
}
