using System;
using PfnBuffers;

namespace Conformance;

internal sealed class PfnBufferCaller : HostileCaller
{
    internal PfnBufferCaller()
        : base(typeof(PfnBuffer))
    {
        Add("PfnBuffer(Pfn[], PageSize)", a => new PfnBuffer(a.Maybe(a.Frames().ToArray()), a.Size()));
        Add("PfnBuffer(Pfn[], PageSize, long, long)", a => new PfnBuffer(a.Maybe(a.Frames().ToArray()), a.Size(), a.Within(4096), a.Within(100_000)));
        Add("PfnBuffer(IMemoryOwner<Pfn>, int, PageSize, long, long)", a => new PfnBuffer(a.Maybe<System.Buffers.IMemoryOwner<Pfn>>(new Rented(a.Frames().ToArray())), a.OneIn(2) ? a.Int() : a.Below(4), a.Size(), a.Within(4096), a.Within(10_000)));
        Add("Slice(long, long)", a => Disposed(a, a.Buffer()).Slice(a.Within(80_000), a.Within(80_000)));
        Do("Dispose()", a =>
        {
            PfnBuffer buffer = a.Buffer();
            for (int i = 0; i < 3; i++) buffer.Dispose();
        });
        Do("get View", a => _ = Disposed(a, a.Buffer()).View);
    }

    internal static PfnBuffer Disposed(HostileArguments a, PfnBuffer buffer)
    {
        if (a.OneIn(4)) buffer.Dispose();
        return buffer;
    }

    private sealed class Rented(Pfn[] frames) : System.Buffers.IMemoryOwner<Pfn>
    {
        public Memory<Pfn> Memory => frames;

        public void Dispose() => GC.KeepAlive(frames);
    }
}
