using System;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>
/// Sees, for every page of an aperture, whether an invalidation began after its last unmapping did, and has ended, before it is handed out again. Thread-safe.
/// </summary>
internal sealed class ReuseSpy(IIotlbInvalidation inner, ulong firstPage, int pages) : IIotlbInvalidation
{
    private readonly long[] _ended = new long[pages];
    private readonly long[] _forgotten = new long[pages];
    private long _now;
    private string? _wrong;

    internal string? Wrong => Volatile.Read(ref _wrong);

    public void Invalidate(int domain, DmaAddress first, long length)
    {
        long begun = Interlocked.Increment(ref _now);
        inner.Invalidate(domain, first, length);
        ulong from = Math.Max(firstPage, first.Value >> 12), last = Math.Min(firstPage + (ulong)pages - 1, (first.Value + (ulong)length - 1) >> 12);
        for (ulong page = from; page <= last; page++)
        {
            ref long seen = ref _forgotten[page - firstPage];
            for (long old = Volatile.Read(ref seen); old < begun; old = Volatile.Read(ref seen))
                Interlocked.CompareExchange(ref seen, begun, old);
        }
    }

    public void Block(int domain) => inner.Block(domain);

    /// <summary>A mapping was made.</summary>
    internal void Given(DmaAddress start, int count)
    {
        int at = (int)((start.Value >> 12) - firstPage);
        for (int page = at; page < at + count; page++)
        {
            if (Volatile.Read(ref _ended[page]) > Volatile.Read(ref _forgotten[page])) Volatile.Write(ref _wrong, $"page {page} is handed out before it is forgotten");
        }
    }

    /// <summary>A mapping is about to be unmapped.</summary>
    internal void Ending(DmaAddress start, int count)
    {
        long now = Interlocked.Increment(ref _now);
        int at = (int)((start.Value >> 12) - firstPage);
        for (int page = at; page < at + count; page++) Volatile.Write(ref _ended[page], now);
    }
}
