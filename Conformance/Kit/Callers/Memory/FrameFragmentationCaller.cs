using PfnBuffers;

namespace Conformance;

internal sealed class FrameFragmentationCaller : HostileCaller
{
    internal FrameFragmentationCaller()
        : base(typeof(FrameFragmentation), hasState: true)
    {
        Add("Dispose()", a =>
        {
            FrameFragmentation taken = a.World.Machine.Frames.Fragment(1 + a.Below(9), a.Int());
            taken.Dispose();
            taken.Dispose();
            return taken;
        });
    }
}
