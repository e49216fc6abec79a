using PfnBuffers;

namespace Conformance;

internal sealed class PfnSliceCaller : HostileCaller
{
    internal PfnSliceCaller()
        : base(typeof(PfnSlice))
    {
        Add("PfnSlice(PfnBuffer, long, long)", a => new PfnSlice(a.Maybe(a.Buffer()), a.Within(80_000), a.Within(80_000)));
        Add("Slice(long, long)", a => Made(a).Slice(a.Within(4096), a.Within(4096)));
        Do("get View", a => _ = Made(a).View);
        Add("op_Equality(PfnSlice, PfnSlice)", a => Made(a) == Made(a));
        Add("op_Inequality(PfnSlice, PfnSlice)", a => Made(a) != Made(a));
        Add("Equals(PfnSlice)", a => Made(a).Equals(Made(a)));
    }

    private static PfnSlice Made(HostileArguments a)
    {
        PfnBuffer buffer = PfnBufferCaller.Disposed(a, a.Buffer());
        return a.OneIn(4) ? default : new PfnSlice(buffer, buffer.Length / 2, buffer.Length / 3);
    }
}
