using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>A domain on a machine of 4 GiB, of which only what tables need is ever committed.</summary>
internal sealed class ScaleMachine
{
    internal ScaleMachine()
    {
        Machine = new EmulatedMachine(new MemoryRegion(default, 4L << 30, MemoryKind.PageBacked));
        Domain = new IommuDomain(Machine, Machine.Frames, new EmulatedIommu(Machine));
        Mapper = new IommuMapper(new DmaDevice("bench", new RequesterId(0, 1, 0)), Domain);
    }

    internal EmulatedMachine Machine { get; }

    internal IommuDomain Domain { get; }

    internal IommuMapper Mapper { get; }

    /// <summary>What the tables say of an address.</summary>
    internal bool Translates(DmaAddress address, out ulong physical) => TableLookup.TryFind(Machine, Domain.RootTable, address, out physical, out _);
}
