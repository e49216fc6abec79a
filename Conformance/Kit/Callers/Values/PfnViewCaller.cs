using System;
using PfnBuffers;

namespace Conformance;

internal sealed class PfnViewCaller : HostileCaller
{
    internal PfnViewCaller()
        : base(typeof(PfnView))
    {
        Do("PfnView(ReadOnlySpan<Pfn>, PageSize, long, long)", a => Read(a, new PfnView(a.Frames(), a.Size(), a.Within(4096), a.Within(100_000))));
        Do("PfnView(ReadOnlySpan<Pfn>, PageSize)", a => Read(a, new PfnView(a.Frames(), a.Size())));
        Do("Slice(long)", a => Read(a, Cut(a, out long length).Slice(a.Within(length))));
        Do("Slice(long, long)", a => Read(a, Cut(a, out long length).Slice(a.Within(length), a.Within(length))));
        Do("TrySlice(long, long, out PfnView)", a =>
        {
            PfnView view = Cut(a, out long length);
            if (view.TrySlice(a.Within(length), a.Within(length), out PfnView part)) Read(a, part);
            else a.Require(part.IsEmpty, "what is no part is empty");
        });
        Add("AddressAt(long)", a => Cut(a, out long length).AddressAt(a.Within(length)));
        Add("FrameIndexAt(long)", a => Cut(a, out long length).FrameIndexAt(a.Within(length)));
        Add("CountRuns()", a => a.View().CountRuns());
        Add("FramesFitIn(int)", a => a.View().FramesFitIn(a.Int()));
        Add("TryGetStart(out PhysicalAddress)", a => a.View().TryGetStart(out PhysicalAddress start) ? start : null);
        Add("TryGetKeptRuns(out ReadOnlySpan<int>, out ReadOnlySpan<Pfn>, out int)", a => a.Buffer().View.TryGetKeptRuns(out ReadOnlySpan<int> starts, out ReadOnlySpan<Pfn> pfns, out int first) ? starts.Length + pfns.Length + first : null);
        Add("get Frames", a => a.View().Frames.Length);
        Add("get PageSize", a => a.View().PageSize);
        Add("get Offset", a => a.View().Offset);
        Add("get Length", a => a.View().Length);
        Add("get IsEmpty", a => a.View().IsEmpty);
        Add("get TailSlack", a => a.View().TailSlack);
        Add("get KeepsRuns", a => a.View().KeepsRuns);
        Do("get Runs", a => _ = a.View().Runs);
    }

    private static PfnView Cut(HostileArguments a, out long length)
    {
        PfnView view = a.View();
        length = view.Length;
        return view;
    }

    private static void Read(HostileArguments a, scoped in PfnView view)
    {
        a.Require(view.Length >= 0 && view.Offset >= 0 && view.Offset < view.PageSize.Bytes, "a view begins in its first frame");
        a.Require(view.TailSlack >= 0 && view.TailSlack < view.PageSize.Bytes, "a view ends in its last frame");
    }
}
