using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class CpuAccessCaller : HostileCaller
{
    internal CpuAccessCaller()
        : base(typeof(CpuAccess), hasState: true)
    {
        Do("Read(long, Span<byte>)", a => Open(a).Read(a.Within(8192), a.Bytes()));
        Do("Write(long, ReadOnlySpan<byte>)", a => Open(a).Write(a.Within(8192), a.Bytes()));
        Do("Dispose()", a =>
        {
            if (a.World.Buffers[3].BeginCpuAccess(0, 100, MemoryAccess.Read) is not { Access: { } access }) return;
            access.Dispose();
            access.Dispose();
        });
    }

    /// <summary>An access that is open, or was.</summary>
    private static CpuAccess Open(HostileArguments a)
    {
        if (a.World.Accesses.Count > 0 && a.Flag()) return a.World.Accesses[0];
        using var buffer = new SharedBuffer(a.Small());
        CpuAccess access = buffer.BeginCpuAccess(0, 4096, MemoryAccess.Read).Access!;
        access.Dispose();
        return access;
    }
}
