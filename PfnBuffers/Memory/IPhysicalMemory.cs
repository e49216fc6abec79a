using System;

namespace PfnBuffers;

/// <summary>
/// Physical memory as mappers and emulated devices need it: what kind a byte is, and its bytes.
/// Putting it over one's own guest RAM takes 30 lines; see docs/physical-memory.md.
/// They wait for nobody: both are called while a pool or a domain plans, and its other users wait for that.
/// Implementations are thread-safe: two threads may reach bytes at once, and races on the same byte are the callers'.
/// </summary>
public interface IPhysicalMemory
{
    /// <summary>
    /// The longest range around an address that is known to be of one kind, gaps included
    /// (as <see cref="MemoryKind.Absent"/>). Never throws.
    /// </summary>
    /// <param name="address">Any address.</param>
    MemoryRegion RegionAt(PhysicalAddress address);

    /// <summary>
    /// The bytes from an address on: as many as lie together in host memory, at least 1 and at most
    /// <paramref name="length"/>. Callers loop. A span never leaves a 4 KiB frame partly covered unless
    /// <paramref name="length"/> ends there.
    /// </summary>
    /// <param name="address">The first byte wanted.</param>
    /// <param name="length">Bytes wanted, at least 1.</param>
    /// <returns>Bytes that may be read and written in place, for as long as the memory lives.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Nothing is there, or the length is less than 1.</exception>
    Span<byte> Access(PhysicalAddress address, long length);
}
