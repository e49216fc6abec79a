using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class CheckedMemoryCaller : HostileCaller
{
    internal CheckedMemoryCaller()
        : base(typeof(CheckedMemory), hasState: true)
    {
        Add("CheckedMemory(MappingChecker, IPhysicalMemory)", a => new CheckedMemory(a.Maybe(a.World.Checker), a.Maybe(a.Memory())));
        Add("RegionAt(PhysicalAddress)", a =>
        {
            PhysicalAddress address = new(a.ULong());
            MemoryRegion region = Made(a).RegionAt(address);
            a.Require(region.Contains(address), "a region holds what it was asked for");
            return region;
        });
        Do("Access(PhysicalAddress, long)", a => a.Require(Made(a).Access(a.Physical(), a.Long()).Length > 0, "bytes that are there are at least one"));
        Do("Read(PhysicalAddress, Span<byte>)", a => Made(a).Read(a.Physical(), a.Bytes()));
        Do("Read(in PfnView, long, Span<byte>)", a => Made(a).Read(a.View(), a.Within(4096), a.Bytes()));
        Do("Write(PhysicalAddress, ReadOnlySpan<byte>)", a => Made(a).Write(PhysicalMemoryExtensionsCaller.Nowhere(a), a.Bytes()));
        Do("Write(in PfnView, long, ReadOnlySpan<byte>)", a => Made(a).Write(new PfnView(a.World.Homes, PageSize.Size4K), a.Within(4096L * a.World.Homes.Length), a.Bytes()));
        Do("Fill(PhysicalAddress, long, byte)", a => Made(a).Fill(PhysicalMemoryExtensionsCaller.Nowhere(a), a.Long(), 7));
    }

    private static CheckedMemory Made(HostileArguments a) => new(a.World.Checker, a.World.Machine);
}
