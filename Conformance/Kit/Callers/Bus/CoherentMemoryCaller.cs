using DmaMapping;

namespace Conformance;

internal sealed class CoherentMemoryCaller : HostileCaller
{
    internal CoherentMemoryCaller()
        : base(typeof(CoherentMemory), hasState: true)
    {
        Do("TryAllocate(IDmaMapper, IPhysicalMemory, FrameAllocator, long, out CoherentMemory)", a =>
        {
            MapStatus status = CoherentMemory.TryAllocate(a.Maybe(a.Seat().Mapper), a.Maybe(a.Memory()), a.Maybe(a.World.Machine.Frames), a.Flag() ? a.Modest() : a.Long(), out CoherentMemory? made);
            a.Require(status == MapStatus.Mapped == made is not null, "there is memory where it is mapped");
            if (made is null) a.Refused();
            made?.Dispose();
            made?.Dispose();
        });
        Do("Read(long, Span<byte>)", a => Made(a).Read(a.Within(5000), a.Bytes()));
        Do("Write(long, ReadOnlySpan<byte>)", a => Made(a).Write(a.Within(5000), a.Bytes()));
        Do("Dispose()", a =>
        {
            if (CoherentMemory.TryAllocate(a.World.Direct.Mapper, a.World.Machine, a.World.Machine.Frames, 4096, out CoherentMemory? made) != MapStatus.Mapped) return;
            made!.Dispose();
            made.Dispose();
        });
        Add("get Length", a => a.World.Coherent);
    }

    /// <summary>A memory that lives, or is disposed.</summary>
    private static CoherentMemory Made(HostileArguments a)
    {
        if (a.Below(3) > 0 || CoherentMemory.TryAllocate(a.World.Direct.Mapper, a.World.Machine, a.World.Machine.Frames, 4096, out CoherentMemory? made) != MapStatus.Mapped) return a.World.Coherent;
        made!.Dispose();
        return made;
    }
}
