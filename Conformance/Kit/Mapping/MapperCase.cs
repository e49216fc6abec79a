using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>One device behind one mapper, and a view to be mapped for it.</summary>
public sealed record MapperCase
{
    /// <summary>The device's name in every rig.</summary>
    public const string DeviceName = "device";

    /// <summary>Bytes of a view that a law looks at one by one: some frames of 64 KiB, and the beginning of larger ones.</summary>
    private const long MostLooked = 160 * 1024;

    /// <summary>What the mapper is able to.</summary>
    public required MapperCapabilities Capabilities { get; init; }

    /// <summary>The library's mapper that is able to the same.</summary>
    public MapperKind Kind
    {
        get => Capabilities.Kind();
        init => Capabilities = value.Capabilities();
    }

    /// <summary>Whether the device is trusted; true unless set.</summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>What the device can take, its window left out.</summary>
    public required DmaConstraints Rules { get; init; }

    /// <summary>What the device reaches.</summary>
    public required Reach Reach { get; init; }

    /// <summary>Bus address less physical address; used where no IOMMU is.</summary>
    public required long BusOffset { get; init; }

    /// <summary>4 KiB slots in the bounce pool.</summary>
    public required int PoolSlots { get; init; }

    /// <summary>The bytes.</summary>
    public required MappedView Home { get; init; }

    /// <summary>Which way they go.</summary>
    public required DmaDirection Direction { get; init; }

    /// <summary>How they are mapped.</summary>
    public required MapOptions Options { get; init; }

    /// <summary>A part of the view that is synced, overwritten and so on: two offsets in 1/64 of its length.</summary>
    public required (int From, int To) Part { get; init; }

    /// <summary>The view.</summary>
    public PfnView View => Home.View;

    /// <summary>Whether an IOMMU stands before the device.</summary>
    public bool Translates => (Capabilities & MapperCapabilities.Translates) != 0;

    /// <summary>Whether the mapper copies.</summary>
    public bool CanBounce => (Capabilities & MapperCapabilities.Bounces) != 0;

    /// <summary>The device's window: where its reach lies on the bus.</summary>
    public DmaWindow Window
    {
        get
        {
            if (Reach == Reach.All) return default;
            if (Reach == Reach.Tiny && Translates) return new DmaWindow(new DmaAddress(0x1_0000), new DmaAddress(0x1_FFFF));
            (ulong first, ulong last) = Reach == Reach.Bits32 ? (0ul, 0xFFFF_FFFFul) : (0x0200_0000ul, 0x2FFF_FFFFul);
            if (Translates) return new DmaWindow(new DmaAddress(first), new DmaAddress(last));
            if (BusOffset < 0 && first < (ulong)-BusOffset) first = (ulong)-BusOffset;
            return new DmaWindow(new DmaAddress(first + (ulong)BusOffset), new DmaAddress(last + (ulong)BusOffset));
        }
    }

    /// <summary>Everything that the device can take.</summary>
    public DmaConstraints Constraints => Rules with { Window = Window };

    /// <summary>The same with no more bytes than are quickly written and read.</summary>
    public MapperCase Short() => Home.Length <= MostLooked ? this : this with { Home = Home with { Length = MostLooked } };

    /// <summary>The part of the first <paramref name="length"/> bytes of the view that is looked at, at least 1 byte.</summary>
    public (long Offset, long Length) PartOf(long length)
    {
        long from = System.Math.Min(length - 1, length * System.Math.Min(Part.From, Part.To) / 64);
        long to = System.Math.Max(from + 1, length * System.Math.Max(Part.From, Part.To) / 64);
        return (from, to - from);
    }

    /// <inheritdoc/>
    public override string ToString()
        => $"{(IsTrusted ? string.Empty : "untrusted ")}{Reach}{(Reach == Reach.All ? string.Empty : $" {Window}")} bus offset {BusOffset} [{Rules}] pool {PoolSlots}: {Home} {Direction} {Options} part {Part}";
}
