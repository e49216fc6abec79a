using System;
using PfnBuffers;

namespace Conformance;

internal sealed class SegmenterCaller : HostileCaller
{
    internal SegmenterCaller()
        : base(typeof(Segmenter))
    {
        Do("Segmenter(in DmaConstraints, Span<DmaSegment>, bool, bool)", a => Cut(a));
        Do("Add(DmaAddress, PhysicalAddress, long)", a =>
        {
            Segmenter segmenter = Cut(a);
            for (int i = a.Below(6); i >= 0; i--) segmenter.Add(a.Address(), a.Physical(), a.Long());
            segmenter.Finish();
        });
        Do("Add(DmaAddress, long)", a =>
        {
            Segmenter segmenter = Cut(a);
            for (int i = a.Below(6); i >= 0; i--) segmenter.Add(a.Address(), a.Long());
            Read(a, segmenter);
        });
        Do("EndStretch()", a =>
        {
            Segmenter segmenter = Cut(a);
            segmenter.EndStretch();
            Read(a, segmenter);
        });
        Do("Reject(SegmentingStatus)", a =>
        {
            Segmenter segmenter = Cut(a);
            segmenter.Reject(a.Any<SegmentingStatus>());
            Read(a, segmenter);
        });
        Do("Finish()", a =>
        {
            Segmenter segmenter = a.OneIn(6) ? default : Cut(a);
            segmenter.Finish();
            segmenter.Finish();
            Read(a, segmenter);
        });
        Add("KeepsBitsAbove(int)", a => Cut(a).KeepsBitsAbove(a.Int()));
        Add("get Status", a => Cut(a).Status);
        Add("get Count", a => Cut(a).Count);
        Add("get Length", a => Cut(a).Length);
        Add("get FailedAt", a => Cut(a).FailedAt);
    }

    private static Segmenter Cut(HostileArguments a)
    {
        var segmenter = new Segmenter(a.Constraints(), a.Segments(), a.Flag(), a.Flag());
        for (int i = a.Below(4); i > 0; i--) segmenter.Add(new DmaAddress((ulong)a.Below(1 << 20)), a.Below(10_000));
        return segmenter;
    }

    private static void Read(HostileArguments a, scoped in Segmenter segmenter)
    {
        a.Require(segmenter.Count >= 0 && segmenter.Length >= 0 && segmenter.FailedAt >= -1, "what is cut is counted");
    }
}
