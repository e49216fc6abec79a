using System;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// A device of 30 address bits without an IOMMU, a bounce pool that it reaches, and frames from 1 GiB on that it does not: whatever is
/// mapped of them goes through the pool.
/// </summary>
internal sealed class BounceMachine
{
    private const int AddressBits = 30;
    private const long PoolBytes = 4L << 20;
    private const ulong AsideStart = 3UL << (AddressBits - 1);

    internal BounceMachine()
    {
        Machine = EmulatedMachine.WithRam(2L << AddressBits);
        var device = new DmaDevice("bench", new RequesterId(0, 1, 0), new DmaConstraints { Window = DmaWindow.OfBits(AddressBits) });
        Pool = new BouncePool(Machine, Machine.Frames, PoolBytes, Placement.Below(AddressBits));
        Mapper = new BounceMapper(new DirectMapper(device), Pool);
        Port = BusPort.Direct(device, Machine);
    }

    internal EmulatedMachine Machine { get; }

    internal BouncePool Pool { get; }

    internal BounceMapper Mapper { get; }

    /// <summary>The device's way to memory.</summary>
    internal BusPort Port { get; }

    /// <summary>Consecutive frames out of reach.</summary>
    internal static Pfn[] Frames(int count) => Layouts.Build(Layout.Contiguous, count);

    /// <summary>The bytes of such frames, which lie together in host memory.</summary>
    internal Span<byte> Bytes(int frames) => Bytes(Frames(1)[0].ToAddress(PageSize.Size4K), frames);

    /// <summary>As many bytes elsewhere, which nothing is mapped of: frames too, so that a copy to them is not slower for where an array happens to lie.</summary>
    internal Span<byte> Aside(int frames) => Bytes(new PhysicalAddress(AsideStart), frames);

    private Span<byte> Bytes(PhysicalAddress start, int frames)
    {
        Span<byte> bytes = Machine.Access(start, (long)frames << 12);
        if (bytes.Length != frames << 12) Throw.Invalid("The bytes do not lie together.");
        return bytes;
    }
}
