using System.Runtime.InteropServices;

namespace Bench;

/// <summary>
/// What a kernel keeps for every frame of the machine, whether or not anybody uses it: one cache line,
/// like <c>struct page</c>. Only the flags matter to a mapping, but reading them brings the line in.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct PageStruct
{
    /// <summary>Size of one; <c>sizeof(struct page)</c> of a 64-bit kernel.</summary>
    internal const int Bytes = 64;

    private const int ZoneShift = 58;
    private const ulong ZoneMask = 7;
    private const ulong ZoneNormal = 2;
    private const ulong ZoneDevice = 4;

    /// <summary>State bits below, zone and node above.</summary>
    public ulong Flags;

    /// <summary>Head of the compound page, with bit 0 set, in its other pages.</summary>
    public ulong CompoundHead;

    /// <summary>Owner of the memory, for a frame that belongs to a device.</summary>
    public ulong DeviceMap;

    /// <summary>What the frame holds.</summary>
    public ulong Mapping;

    /// <summary>Where in it.</summary>
    public ulong Index;

    /// <summary>Owner's word.</summary>
    public ulong Private;

    /// <summary>Times mapped into a process, less one.</summary>
    public int MapCount;

    /// <summary>Holders.</summary>
    public int ReferenceCount;

    /// <summary>An allocated frame of ordinary memory.</summary>
    internal static PageStruct Allocated => new() { Flags = ZoneNormal << ZoneShift, MapCount = -1, ReferenceCount = 1 };

    /// <summary>Whether the frame lies in a device: <c>is_zone_device_page</c>.</summary>
    internal readonly bool IsDevice => ((Flags >> ZoneShift) & ZoneMask) == ZoneDevice;
}
