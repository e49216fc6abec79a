using System.Numerics;
using System.Threading;
using DmaMapping;

namespace Bench;

/// <summary>
/// The library's IOVA allocator, compiled in from its source. In the library its domain's lock guards it; here a lock around each call,
/// as the bar compares with an allocator of two locks.
/// </summary>
internal sealed class PfnIova(ulong lowest = 1, ulong limit = LinuxIovaAllocator.LastPage48) : IAddressAllocator
{
    private readonly IovaAllocator _space = new(lowest, limit, []);
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public ulong Allocate(ulong pages)
    {
        lock (_gate) return _space.TryAllocate(OrderOf(pages), out ulong first) ? first : 0;
    }

    /// <inheritdoc/>
    public void Free(ulong first, ulong pages)
    {
        lock (_gate) _space.Free(first, OrderOf(pages));
    }

    private static int OrderOf(ulong pages) => pages <= 1 ? 0 : BitOperations.Log2(pages - 1) + 1;
}
