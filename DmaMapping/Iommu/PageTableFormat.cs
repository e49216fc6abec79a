using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A format that a domain's tables can have: what the entry of a device table or context table tells the hardware about them.
/// One object for each kind; a format of one's own is made with <see cref="Of{TFormat}"/>.
/// </summary>
public abstract class PageTableFormat
{
    private protected PageTableFormat(IPageTableFormat layout)
    {
        Name = layout.Name;
        InputBits = PageSize.Size4K.Shift + (TableShape.EntryBits * layout.Levels);
        OutputBits = layout.OutputBits;
        InterruptWindow = layout.InterruptWindow;
    }

    /// <summary>Intel VT-d, second stage, 4 levels: what a domain has unless told otherwise.</summary>
    public static PageTableFormat VtdSecondStage4 { get; } = Of<VtdSecondStage>();

    /// <summary>Intel VT-d, second stage, 5 levels.</summary>
    public static PageTableFormat VtdSecondStage5 { get; } = Of<VtdSecondStage5>();

    /// <summary>Arm SMMU, stage 1, 4 KiB granule. A mapping for writing is for reading too: see <see cref="DmaMapping.ArmStage1"/>.</summary>
    public static PageTableFormat ArmStage1 { get; } = Of<ArmStage1>();

    /// <summary>AMD IOMMU, host tables of version 1, 4 levels.</summary>
    public static PageTableFormat AmdV1 { get; } = Of<AmdV1>();

    /// <summary>A name for people.</summary>
    public string Name { get; }

    /// <summary>Bits of an input address, an IOVA.</summary>
    public int InputBits { get; }

    /// <summary>Bits of a physical address that an entry can name.</summary>
    public int OutputBits { get; }

    /// <summary>IOVAs that no mapping may have, because the hardware takes a write there for an interrupt; null where there are none.</summary>
    public DmaWindow? InterruptWindow { get; }

    /// <summary>Makes something for the format, with its layout as a type parameter.</summary>
    internal abstract TResult Give<TResult>(IFormatUser<TResult> user);

    /// <summary>The format of a layout. Each call makes another object.</summary>
    /// <typeparam name="TFormat">The layout, a struct without fields.</typeparam>
    /// <exception cref="ArgumentException">The layout is not one that tables can be made of: levels other than 3 to 5, output addresses of
    /// fewer than 32 or more than 52 bits, pages at a level that no table has, or contiguous pages of 512 entries or more.</exception>
    public static PageTableFormat Of<TFormat>()
        where TFormat : struct, IPageTableFormat
    {
        TFormat layout = default;
        bool good = layout.Levels is >= 3 and <= 5
            && layout.OutputBits is >= 32 and <= 52
            && layout.HighestPageLevel is >= 0 and <= 2
            && layout.HighestContiguousOrder is >= 0 and <= 8;
        if (!good) Throw.Argument(nameof(TFormat), $"Tables cannot be laid out as {layout.Name} wants: levels, output bits, the highest page level or the highest contiguous order are out of range.");
        return new Laid<TFormat>();
    }

    /// <summary>What a mapping made for some access really lets a device do: no less, and more where the format cannot say it.</summary>
    /// <param name="access">Read, Write or both.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another access.</exception>
    public abstract MemoryAccess Granted(MemoryAccess access);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Empty tables of the format; null where there is no memory for a root.</summary>
    internal abstract PageTable? TryCreate(IPhysicalMemory memory, FrameAllocator source);

    private sealed class Laid<TFormat>() : PageTableFormat(default(TFormat))
        where TFormat : struct, IPageTableFormat
    {
        internal override TResult Give<TResult>(IFormatUser<TResult> user) => user.Use<TFormat>();

        public override MemoryAccess Granted(MemoryAccess access)
        {
            if (access is < MemoryAccess.Read or > MemoryAccess.ReadWrite) Throw.OutOfRange(nameof(access), access, "it must be Read, Write or ReadWrite");
            return default(TFormat).AccessOf(default(TFormat).PageBits(access, 0));
        }

        internal override PageTable? TryCreate(IPhysicalMemory memory, FrameAllocator source) => FormattedPageTable<TFormat>.TryCreate(memory, source);
    }
}
