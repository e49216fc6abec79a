using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>What surrounds the devices of a case, as numbers: lengths, zones, pools. The machine is built from it, and the oracle reckons with it.</summary>
public sealed class OrderSetting
{
    /// <summary>Bytes of a frame.</summary>
    public const int Frame = 4096;

    /// <summary>4 KiB frames of each zone.</summary>
    public const int ZoneFrames = 64;

    /// <summary>Where device memory lies.</summary>
    public const ulong Bar = 0xE000_0000;

    /// <summary>Where protected memory lies.</summary>
    public const ulong Protected = 0xD000_0000;

    private static readonly ulong[] AllZones = [1ul << 38, 8ul << 30, 1ul << 30, 16ul << 20];

    /// <summary>What surrounds the devices of a case.</summary>
    public OrderSetting(OrderPolicy policy, OrderFlavour flavour)
    {
        Policy = policy;
        Flavour = flavour;
        bool whole = policy != OrderPolicy.BounceFirst && flavour is not (OrderFlavour.NoCopies or OrderFlavour.OddLength or OrderFlavour.Unconfined);
        Length = whole ? 6 * Frame : (5 * Frame) + (flavour == OrderFlavour.OddLength ? 1003 : 1000);
        Zones = policy == OrderPolicy.NoMove ? [AllZones[0], AllZones[1], AllZones[2]] : AllZones;
    }

    /// <summary>The policy.</summary>
    public OrderPolicy Policy { get; }

    /// <summary>What is out of the ordinary.</summary>
    public OrderFlavour Flavour { get; }

    /// <summary>Bytes of the buffer.</summary>
    public int Length { get; }

    /// <summary>Frames of the buffer.</summary>
    public int Frames => (Length + Frame - 1) / Frame;

    /// <summary>Where the zones start that backing comes from, the highest first, from which it is taken first.</summary>
    public IReadOnlyList<ulong> Zones { get; }

    /// <summary>Whether no two free frames lie together.</summary>
    public bool IsFragmented => Policy == OrderPolicy.BounceFirst;

    /// <summary>4 KiB slots of each bounce pool.</summary>
    public int PoolSlots => Policy == OrderPolicy.NoMove ? 1 : 16;

    /// <summary>What the memory is.</summary>
    public MemoryKind Kind => Flavour switch
    {
        OrderFlavour.Bar => MemoryKind.Mmio,
        OrderFlavour.Protected => MemoryKind.Protected,
        _ => MemoryKind.PageBacked,
    };

    /// <summary>Whether bytes may be moved.</summary>
    public bool AllowsMove => Policy != OrderPolicy.NoMove;

    /// <summary>Whether bytes may be copied.</summary>
    public bool AllowsBounce => Flavour is not (OrderFlavour.NoCopies or OrderFlavour.SilentNoCopies);

    /// <summary>Whether copying comes before moving.</summary>
    public bool PrefersBounce => Policy == OrderPolicy.BounceFirst;

    /// <summary>Whether the last frame is covered partly.</summary>
    public bool EndsInsideFrame => Length % Frame != 0;

    /// <summary>Slots that a device of a class has.</summary>
    public int SlotsOf(ClassFacts facts)
        => !facts.HasPool || (facts.IsUntrusted && Flavour == OrderFlavour.Unconfined) ? 0 : PoolSlots;

    /// <summary>Whether devices that are told to stop say that they have.</summary>
    public bool HoldersAnswer => Flavour is not (OrderFlavour.Silent or OrderFlavour.SilentNoCopies);
}
