using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>One thing wrong with a format; each member answers what the format should, unless it is the wrong one.</summary>
internal interface IFormatFault
{
    ulong PageBits<TFormat>(MemoryAccess access, int level)
        where TFormat : struct, IPageTableFormat;

    ulong ContiguousBits<TFormat>(MemoryAccess access, int level, int order)
        where TFormat : struct, IPageTableFormat;

    ulong TableBits<TFormat>(int level)
        where TFormat : struct, IPageTableFormat;
}

/// <summary>Every page may be read and written.</summary>
internal readonly struct BothWays : IFormatFault
{
    public ulong PageBits<TFormat>(MemoryAccess access, int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).PageBits(MemoryAccess.Read | MemoryAccess.Write, level);

    public ulong ContiguousBits<TFormat>(MemoryAccess access, int level, int order)
        where TFormat : struct, IPageTableFormat => default(TFormat).ContiguousBits(MemoryAccess.Read | MemoryAccess.Write, level, order);

    public ulong TableBits<TFormat>(int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).TableBits(level);
}

/// <summary>What should be read is written, and the other way about; for a format without pages that are only written, all is only read.</summary>
internal readonly struct WrongWay : IFormatFault
{
    public ulong PageBits<TFormat>(MemoryAccess access, int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).PageBits(Other(access), level);

    public ulong ContiguousBits<TFormat>(MemoryAccess access, int level, int order)
        where TFormat : struct, IPageTableFormat => default(TFormat).ContiguousBits(Other(access), level, order);

    public ulong TableBits<TFormat>(int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).TableBits(level);

    private static MemoryAccess Other(MemoryAccess access) => access == MemoryAccess.Read ? MemoryAccess.Write : MemoryAccess.Read;
}

/// <summary>Large pages are marked as tables.</summary>
internal readonly struct LargeAsTable : IFormatFault
{
    public ulong PageBits<TFormat>(MemoryAccess access, int level)
        where TFormat : struct, IPageTableFormat => level > 0 ? default(TFormat).TableBits(level) : default(TFormat).PageBits(access, level);

    public ulong ContiguousBits<TFormat>(MemoryAccess access, int level, int order)
        where TFormat : struct, IPageTableFormat => default(TFormat).ContiguousBits(access, level, order);

    public ulong TableBits<TFormat>(int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).TableBits(level);
}

/// <summary>A table's entry has the bits of a page.</summary>
internal readonly struct TableAsPage : IFormatFault
{
    public ulong PageBits<TFormat>(MemoryAccess access, int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).PageBits(access, level);

    public ulong ContiguousBits<TFormat>(MemoryAccess access, int level, int order)
        where TFormat : struct, IPageTableFormat => default(TFormat).ContiguousBits(access, level, order);

    public ulong TableBits<TFormat>(int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).PageBits(MemoryAccess.Read | MemoryAccess.Write, level);
}

/// <summary>Tables are told a level too high.</summary>
internal readonly struct WrongLevel : IFormatFault
{
    public ulong PageBits<TFormat>(MemoryAccess access, int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).PageBits(access, level);

    public ulong ContiguousBits<TFormat>(MemoryAccess access, int level, int order)
        where TFormat : struct, IPageTableFormat => default(TFormat).ContiguousBits(access, level, order);

    public ulong TableBits<TFormat>(int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).TableBits(level + 1);
}

/// <summary>Pages of several entries are told half as large.</summary>
internal readonly struct WrongSize : IFormatFault
{
    public ulong PageBits<TFormat>(MemoryAccess access, int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).PageBits(access, level);

    public ulong ContiguousBits<TFormat>(MemoryAccess access, int level, int order)
        where TFormat : struct, IPageTableFormat => order == 1 ? default(TFormat).PageBits(access, level) : default(TFormat).ContiguousBits(access, level, order - 1);

    public ulong TableBits<TFormat>(int level)
        where TFormat : struct, IPageTableFormat => default(TFormat).TableBits(level);
}

/// <summary>A format with a fault. What it reads is what it should be: only what it writes is wrong.</summary>
internal readonly struct Broken<TFormat, TFault> : IPageTableFormat
    where TFormat : struct, IPageTableFormat
    where TFault : struct, IFormatFault
{
    public string Name => $"{default(TFormat).Name}, {typeof(TFault).Name}";

    public int Levels => default(TFormat).Levels;

    public int OutputBits => default(TFormat).OutputBits;

    public int HighestPageLevel => default(TFormat).HighestPageLevel;

    public int HighestContiguousOrder => default(TFormat).HighestContiguousOrder;

    public DmaWindow? InterruptWindow => default(TFormat).InterruptWindow;

    public ulong PageBits(MemoryAccess access, int level) => default(TFault).PageBits<TFormat>(access, level);

    public ulong ContiguousBits(MemoryAccess access, int level, int order) => default(TFault).ContiguousBits<TFormat>(access, level, order);

    public ulong TableBits(int level) => default(TFault).TableBits<TFormat>(level);

    public bool IsPresent(ulong entry, int level) => default(TFormat).IsPresent(entry, level);

    public bool IsPage(ulong entry, int level) => default(TFormat).IsPage(entry, level);

    public int ContiguousOrderOf(ulong entry, int level) => default(TFormat).ContiguousOrderOf(entry, level);

    public MemoryAccess AccessOf(ulong entry) => default(TFormat).AccessOf(entry);

    public ulong TargetOf(ulong entry) => default(TFormat).TargetOf(entry);
}

/// <summary>Formats with a fault, each beside the walker of what it should be.</summary>
internal static class BrokenFormats
{
    internal static IReadOnlyList<KnownFormat> All { get; } =
    [
        .. Of<VtdSecondStage>(nameof(PageTableFormat.VtdSecondStage4)),
        .. Of<VtdSecondStage5>(nameof(PageTableFormat.VtdSecondStage5)),
        .. Of<ArmStage1>(nameof(PageTableFormat.ArmStage1)),
        .. Of<AmdV1>(nameof(PageTableFormat.AmdV1)),
        One<AmdV1, WrongLevel>(nameof(PageTableFormat.AmdV1)),
        One<AmdV1, WrongSize>(nameof(PageTableFormat.AmdV1)),
    ];

    private static IEnumerable<KnownFormat> Of<TFormat>(string good)
        where TFormat : struct, IPageTableFormat
        => [One<TFormat, BothWays>(good), One<TFormat, WrongWay>(good), One<TFormat, LargeAsTable>(good), One<TFormat, TableAsPage>(good)];

    private static KnownFormat One<TFormat, TFault>(string good)
        where TFormat : struct, IPageTableFormat
        where TFault : struct, IFormatFault
        => new($"{good} {typeof(TFault).Name}", PageTableFormat.Of<Broken<TFormat, TFault>>(), KnownFormat.Named(good).Walker);
}
