using PfnBuffers;

namespace Conformance;

/// <summary>The memory map of a rig: room for each <see cref="HomeArea"/>, for a bounce pool and for page tables.</summary>
public static class RigMemory
{
    /// <summary>Where bounce pools lie: every device of a rig reaches it.</summary>
    public const ulong Pool = 0x0400_0000;

    /// <summary>Where page tables lie.</summary>
    public const ulong Tables = 0x0800_0000;

    /// <summary>Where an area starts; each has 16 slots of 8 MiB, <see cref="HomeArea.Below"/> and <see cref="HomeArea.First"/> two.</summary>
    public static ulong StartOf(HomeArea area) => area switch
    {
        HomeArea.Low => 0x1000_0000,
        HomeArea.Below => 0x0100_0000,
        HomeArea.High => 0x1_0000_0000,
        HomeArea.Mmio => 0xE000_0000,
        HomeArea.Protected => 0x20_0000_0000,
        HomeArea.First => 0,
        HomeArea.Border => 0xF800_0000,
        HomeArea.Last => ulong.MaxValue - 0x7FF_FFFF,
        _ => 1ul << 52,
    };

    /// <summary>A memory with that map.</summary>
    public static SparseMemory Create() => new(
        (0, MemoryKind.PageBacked),
        (StartOf(HomeArea.Mmio), MemoryKind.Mmio),
        (0xF000_0000, MemoryKind.PageBacked),
        (StartOf(HomeArea.Protected), MemoryKind.Protected),
        (0x20_4000_0000, MemoryKind.PageBacked),
        (1ul << 54, MemoryKind.Absent),
        (StartOf(HomeArea.Last), MemoryKind.PageBacked));
}
