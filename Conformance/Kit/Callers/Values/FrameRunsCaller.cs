using PfnBuffers;

namespace Conformance;

internal sealed class FrameRunsCaller : HostileCaller
{
    internal FrameRunsCaller()
        : base(typeof(FrameRuns))
    {
        Do("GetEnumerator()", a => _ = a.View().Runs.GetEnumerator());
    }
}
