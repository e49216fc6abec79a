using PfnBuffers;

namespace Conformance;

internal sealed class FrameRunsEnumeratorCaller : HostileCaller
{
    internal FrameRunsEnumeratorCaller()
        : base(typeof(FrameRuns.Enumerator))
    {
        Do("MoveNext()", a =>
        {
            FrameRuns.Enumerator runs = OneOrNone(a);
            int count = 0;
            while (runs.MoveNext())
            {
                a.Require(runs.Current.FrameCount >= 1 && runs.Current.Length >= 1, "a run has frames and bytes");
                if (++count > 24) break;
            }

            a.Require(count <= 24, "there are no more runs than frames");
            runs.MoveNext();
        });
        Add("get Current", a => OneOrNone(a).Current);
    }

    private static FrameRuns.Enumerator OneOrNone(HostileArguments a) => a.OneIn(4) ? default : a.View().Runs.GetEnumerator();
}
