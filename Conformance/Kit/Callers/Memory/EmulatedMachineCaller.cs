using System;
using PfnBuffers;

namespace Conformance;

internal sealed class EmulatedMachineCaller : HostileCaller
{
    internal EmulatedMachineCaller()
        : base(typeof(EmulatedMachine), hasState: true)
    {
        Add("EmulatedMachine(MemoryRegion[])", a =>
        {
            var regions = new MemoryRegion[a.Below(4)];
            for (int i = 0; i < regions.Length; i++) regions[i] = Region(a);
            return Counts(new EmulatedMachine(a.Maybe(regions)));
        });
        Add("WithRam(long)", a => Counts(EmulatedMachine.WithRam(a.Flag() ? a.Modest() : a.One(1L << 49, 4095, (1L << 48) + 4096, long.MaxValue))));
        Do("Access(PhysicalAddress, long)", a => a.Require(a.World.Machine.Access(a.Physical(), a.Long()).Length > 0, "bytes that are there are at least one"));
        Add("RegionAt(PhysicalAddress)", a =>
        {
            PhysicalAddress address = new(a.ULong());
            MemoryRegion region = a.World.Machine.RegionAt(address);
            a.Require(region.Contains(address), "a region holds what it was asked for");
            return region;
        });
    }

    internal static MemoryRegion Region(HostileArguments a)
        => a.OneIn(5) ? default : new MemoryRegion(new PhysicalAddress((ulong)a.Below(1 << 20) << (a.Flag() ? 12 : 11)), 4096L * a.Below(512), a.One(MemoryKind.Absent, MemoryKind.PageBacked, MemoryKind.Mmio, MemoryKind.Protected));

    /// <summary>The allocator counts its frames.</summary>
    private static EmulatedMachine Counts(EmulatedMachine machine)
    {
        GC.KeepAlive(machine.Frames);
        return machine;
    }
}
