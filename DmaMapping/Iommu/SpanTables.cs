using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>The tables behind the IOVA space. None is touched once they are about to be freed; while a disposal may still be refused, they are.</summary>
internal sealed class SpanTables(IommuDomain domain, LazyFlush? flush) : ISpanTables
{
    private int _busy;

    public bool TryLink(IovaSpan span)
    {
        try
        {
            return TryBegin() && domain.Tables.TryLinkLeaf(span.First, out span.Table);
        }
        finally
        {
            End();
        }
    }

    public void Unlink(IovaSpan span) => Remove(span.First, IovaSpan.Order);

    public void Remove(ulong page, int order)
    {
        try
        {
            if (!TryBegin() || !domain.Tables.TryUnlink(page, order, out PhysicalAddress table)) return;
            domain.Invalidate(page, 1L << order);
            domain.Tables.ReturnEmpty(table);
        }
        finally
        {
            End();
        }
    }

    public void Flush() => flush?.Flush();

    public void Freed() => domain.Waiters.GaveBack();

    /// <summary>Waits for who began before the tables were marked as gone.</summary>
    internal void WaitUntilIdle()
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref _busy) != 0) spin.SpinOnce();
    }

    private bool TryBegin()
    {
        Interlocked.Increment(ref _busy);
        return !domain.TablesAreGone;
    }

    private void End() => Interlocked.Decrement(ref _busy);
}
