using PfnBuffers;

namespace Conformance;

internal sealed class PhysicalMemoryExtensionsCaller : HostileCaller
{
    internal PhysicalMemoryExtensionsCaller()
        : base(typeof(PhysicalMemoryExtensions), hasState: true)
    {
        Do("Read(IPhysicalMemory, PhysicalAddress, Span<byte>)", a => a.Maybe(a.Memory()).Read(a.Physical(), a.Bytes()));
        Do("Write(IPhysicalMemory, PhysicalAddress, ReadOnlySpan<byte>)", a => a.Maybe(a.Memory()).Write(Nowhere(a), a.Bytes()));
        Do("Read(IPhysicalMemory, in PfnView, long, Span<byte>)", a => a.Maybe(a.Memory()).Read(a.View(), a.Within(4096), a.Bytes()));
        Do("Write(IPhysicalMemory, in PfnView, long, ReadOnlySpan<byte>)", a => a.Maybe(a.Memory()).Write(new PfnView(a.World.Homes, PageSize.Size4K), a.Within(4096L * a.World.Homes.Length), a.Bytes()));
        Do("Fill(IPhysicalMemory, PhysicalAddress, long, byte)", a => a.Maybe(a.Memory()).Fill(Nowhere(a), a.Long(), 7));
        Do("Clear(IPhysicalMemory, PhysicalAddress, long)", a => a.Maybe(a.Memory()).Clear(Nowhere(a), a.Long()));
        Do("Copy(IPhysicalMemory, PhysicalAddress, PhysicalAddress, long)", a => a.Maybe(a.Memory()).Copy(a.Physical(), Nowhere(a), a.Long()));
    }

    /// <summary>What is absent: elsewhere bytes before an absent one are written, as it says.</summary>
    internal static PhysicalAddress Nowhere(HostileArguments a) => new(a.ULong() | (1ul << 50));
}
