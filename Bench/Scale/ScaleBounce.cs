using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>A bounce pool, and homes that devices of 30 bits do not reach.</summary>
internal sealed class ScaleBounce
{
    private const int AddressBits = 30;
    private const int HomeFrames = 16 << 10;

    private readonly Pfn[] _homes = new Pfn[HomeFrames];

    internal ScaleBounce(long poolBytes)
    {
        Machine = EmulatedMachine.WithRam(2L << AddressBits);
        Pool = new BouncePool(Machine, Machine.Frames, poolBytes, Placement.Below(AddressBits));
        for (int i = 0; i < _homes.Length; i++) _homes[i] = new Pfn((1ul << (AddressBits - 12)) + (ulong)i);
        Machine.Access(_homes[0].ToAddress(PageSize.Size4K), (long)HomeFrames << 12).Fill(1);
    }

    internal EmulatedMachine Machine { get; }

    internal BouncePool Pool { get; }

    internal BounceMapper Mapper(string name, DmaConstraints rules)
        => new(new DirectMapper(new DmaDevice(name, new RequesterId(0, 1, 0), rules with { Window = DmaWindow.OfBits(AddressBits) })), Pool);

    /// <summary>Some of the homes.</summary>
    internal PfnView Home(int first, int count) => new(new System.ReadOnlySpan<Pfn>(_homes, first, count), PageSize.Size4K);
}
