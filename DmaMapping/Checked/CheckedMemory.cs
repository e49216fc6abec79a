using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The memory of a machine as the CPU has it: each access is looked at by a <see cref="MappingChecker"/> first. Drivers, coherent memory and
/// exporters of buffers get this; mappers, pools, IOMMUs and ports, which act for devices, get the memory itself. Thread-safe as that is.
/// <para>
/// A span from <see cref="Access"/> does not tell what it is for, so it counts as reading; the methods of this class for reading and writing tell.
/// </para>
/// </summary>
/// <param name="checker">The machine's checker.</param>
/// <param name="memory">The memory.</param>
/// <exception cref="ArgumentNullException">No checker or no memory.</exception>
public sealed class CheckedMemory(MappingChecker checker, IPhysicalMemory memory) : IPhysicalMemory
{
    private readonly MappingChecker _checker = Throw.IfNull(checker, nameof(checker));
    private readonly IPhysicalMemory _memory = Throw.IfNull(memory, nameof(memory));

    /// <inheritdoc/>
    public MemoryRegion RegionAt(PhysicalAddress address) => _memory.RegionAt(address);

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">A device has the bytes, and may write them.</exception>
    public Span<byte> Access(PhysicalAddress address, long length)
    {
        Span<byte> bytes = _memory.Access(address, length);
        _checker.CheckCpuAccess(address, bytes.Length, MemoryAccess.Read);
        return bytes;
    }

    /// <summary>Reads memory from an address on.</summary>
    /// <inheritdoc cref="PhysicalMemoryExtensions.Read(IPhysicalMemory, PhysicalAddress, Span{byte})"/>
    /// <exception cref="DmaMisuseException">A device has the bytes, and may write them; nothing was read.</exception>
    public void Read(PhysicalAddress from, Span<byte> destination)
    {
        _checker.CheckCpuAccess(from, destination.Length, MemoryAccess.Read);
        _memory.Read(from, destination);
    }

    /// <summary>Reads bytes of a view.</summary>
    /// <inheritdoc cref="PhysicalMemoryExtensions.Read(IPhysicalMemory, in PfnView, long, Span{byte})"/>
    /// <exception cref="DmaMisuseException">A device has the bytes, and may write them; nothing was read.</exception>
    public void Read(in PfnView view, long offset, Span<byte> destination)
    {
        _checker.CheckCpuAccess(view.Slice(offset, destination.Length), MemoryAccess.Read);
        _memory.Read(view, offset, destination);
    }

    /// <summary>Writes memory from an address on.</summary>
    /// <inheritdoc cref="PhysicalMemoryExtensions.Write(IPhysicalMemory, PhysicalAddress, ReadOnlySpan{byte})"/>
    /// <exception cref="DmaMisuseException">A device has the bytes; nothing was written.</exception>
    public void Write(PhysicalAddress to, ReadOnlySpan<byte> source)
    {
        _checker.CheckCpuAccess(to, source.Length, MemoryAccess.Write);
        _memory.Write(to, source);
    }

    /// <summary>Writes bytes of a view.</summary>
    /// <inheritdoc cref="PhysicalMemoryExtensions.Write(IPhysicalMemory, in PfnView, long, ReadOnlySpan{byte})"/>
    /// <exception cref="DmaMisuseException">A device has the bytes; nothing was written.</exception>
    public void Write(in PfnView view, long offset, ReadOnlySpan<byte> source)
    {
        _checker.CheckCpuAccess(view.Slice(offset, source.Length), MemoryAccess.Write);
        _memory.Write(view, offset, source);
    }

    /// <summary>Sets a range to one value.</summary>
    /// <inheritdoc cref="PhysicalMemoryExtensions.Fill(IPhysicalMemory, PhysicalAddress, long, byte)"/>
    /// <exception cref="DmaMisuseException">A device has the bytes; nothing was written.</exception>
    public void Fill(PhysicalAddress address, long length, byte value)
    {
        _checker.CheckCpuAccess(address, length, MemoryAccess.Write);
        _memory.Fill(address, length, value);
    }
}
