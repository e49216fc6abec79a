using PfnBuffers;

namespace Conformance;

internal sealed class PfnCaller : HostileCaller
{
    internal PfnCaller()
        : base(typeof(Pfn))
    {
        Add("Pfn(ulong)", a => new Pfn(a.ULong()));
        Add("op_Addition(Pfn, long)", a => a.Pfn() + a.Long());
        Add("op_Subtraction(Pfn, Pfn)", a => a.Pfn() - a.Pfn());
        Add("op_Equality(Pfn, Pfn)", a => a.Pfn() == a.Pfn());
        Add("op_Inequality(Pfn, Pfn)", a => a.Pfn() != a.Pfn());
        Add("op_LessThan(Pfn, Pfn)", a => a.Pfn() < a.Pfn());
        Add("op_GreaterThan(Pfn, Pfn)", a => a.Pfn() > a.Pfn());
        Add("op_LessThanOrEqual(Pfn, Pfn)", a => a.Pfn() <= a.Pfn());
        Add("op_GreaterThanOrEqual(Pfn, Pfn)", a => a.Pfn() >= a.Pfn());
        Add("Equals(Pfn)", a => a.Pfn().Equals(a.Pfn()));
        Add("CompareTo(Pfn)", a => a.Pfn().CompareTo(a.Pfn()));
        Add("Max(PageSize)", a => Pfn.Max(a.Size()));
        Add("ToAddress(PageSize)", a => a.Pfn().ToAddress(a.Size()));
    }
}
