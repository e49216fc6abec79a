using PfnBuffers;

namespace Conformance;

/// <summary>
/// What a mapper under test is made for: one device, and the memory of one machine. The memory is as spiteful as
/// <see cref="IPhysicalMemory"/> allows. A mapper takes what it needs of this, and needs nothing else.
/// </summary>
public sealed class MapperSetting
{
    /// <summary>Frames there are for page tables.</summary>
    internal const int MostTableFrames = 4096;

    internal MapperSetting(MapperCase one, IPhysicalMemory memory)
    {
        Memory = memory;
        Device = new DmaDevice(MapperCase.DeviceName, new RequesterId(0, 2, 0), one.Constraints) { IsTrusted = one.IsTrusted };
        BusOffset = one.Translates ? 0 : one.BusOffset;
        PoolBytes = one.PoolSlots * 4096L;
        PoolFrames = new FrameAllocator(new PhysicalAddress(RigMemory.Pool), PoolBytes);
    }

    /// <summary>Physical memory, 64 bits of it: RAM, device memory, protected memory, and nothing.</summary>
    public IPhysicalMemory Memory { get; }

    /// <summary>The device, with what it can take. Its window is where it reaches on the bus: for a mapper that translates, where IOVAs may be.</summary>
    public DmaDevice Device { get; }

    /// <summary>Bus address less physical address, in bytes, of either sign: what a mapper that does not translate adds. 0 for one that does.</summary>
    public long BusOffset { get; }

    /// <summary>Memory that every device reaches, for a pool of copies: <see cref="PoolBytes"/> of it and no more. All of it lies together.</summary>
    public FrameAllocator PoolFrames { get; }

    /// <summary>Bytes in <see cref="PoolFrames"/>, a multiple of 4096: often few, for running short is part of the laws.</summary>
    public long PoolBytes { get; }

    /// <summary>Memory for page tables, 16 MiB.</summary>
    public FrameAllocator TableFrames { get; } = new(new PhysicalAddress(RigMemory.Tables), MostTableFrames * 4096L);
}
