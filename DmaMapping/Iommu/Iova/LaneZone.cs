namespace DmaMapping;

/// <summary>
/// What one lane has of one zone of IOVA space: warm blocks by size, and behind those below a span's size the spans that
/// they are cut out of. Guarded by the lane.
/// </summary>
internal sealed class LaneZone(Lane lane)
{
    /// <summary>Blocks of this order and more cover whole tables of tables: too much to keep warm.</summary>
    private const int WarmOrders = 2 * IovaSpan.Order;
    private const int MostWarmSmall = 32;
    private const int MostWarmLarge = 4;

    private readonly WarmBlocks?[] _warm = new WarmBlocks?[WarmOrders];
    private SpansByRoom _spans = new();

    /// <summary>A span of which nothing is taken, kept so that the next small mapping finds its table linked.</summary>
    private IovaSpan? _spare;

    internal Lane Lane { get; } = lane;

    /// <summary>The order of the largest free block in the lane's spans; -1 where none is.</summary>
    internal int Largest => _spans.Largest;

    internal bool TryTake(int order, out IovaBlock block)
    {
        if (order < WarmOrders && _warm[order] is { } warm && warm.TryPop(out block)) return true;
        if (order < IovaSpan.Order) return TryCut(order, out block);
        block = default;
        return false;
    }

    /// <summary>Takes a block back.</summary>
    /// <returns>What the lane does not keep: to be given to the space when the lane is left.</returns>
    internal Surplus Give(in IovaBlock block)
    {
        if (block.Order >= WarmOrders) return new Surplus(block);
        WarmBlocks warm = _warm[block.Order] ??= new WarmBlocks(block.Span is null ? MostWarmLarge : MostWarmSmall);
        Surplus surplus = default;
        if (warm.IsFull) surplus = Cool(warm);
        warm.Push(block);
        return surplus;
    }

    /// <summary>Adopts a span.</summary>
    internal void Add(IovaSpan span)
    {
        span.Owner = this;
        _spans.Add(span);
    }

    /// <summary>Gives up the next thing of what is kept warm, small blocks first: those make spans whole.</summary>
    internal bool TryShed(out Surplus surplus)
    {
        surplus = default;
        foreach (WarmBlocks? warm in _warm)
        {
            if (warm is not { Count: > 0 }) continue;
            surplus = Cool(warm);
            return true;
        }

        if (_spare is not { } spare) return false;
        surplus = new Surplus(Let(spare));
        _spare = null;
        return true;
    }

    private bool TryCut(int order, out IovaBlock block)
    {
        block = default;
        if (_spans.Find(order) is not { } span) return false;
        if (span == _spare) _spare = null;
        int room = span.LargestFree;
        span.TryTake(order, out int index);
        Relist(span, room);
        block = new IovaBlock(span, span.First + (ulong)index, order);
        return true;
    }

    /// <summary>Sends the older half of some warm blocks back to where they were cut; of large ones, the oldest to the space.</summary>
    private Surplus Cool(WarmBlocks warm)
    {
        if (warm[0].Span is null)
        {
            var large = new Surplus(warm[0]);
            warm.DropOldest(1);
            return large;
        }

        Surplus surplus = default;
        int half = (warm.Count + 1) / 2;
        for (int i = 0; i < half; i++)
        {
            IovaBlock block = warm[i];
            IovaSpan span = block.Span!;
            int room = span.LargestFree;
            span.Give((int)(block.Page - span.First), block.Order);
            Relist(span, room);
            if (!span.IsWhole) continue;
            if (_spare is null) _spare = span;
            else surplus.Add(Let(span));
        }

        warm.DropOldest(half);
        return surplus;
    }

    private IovaSpan Let(IovaSpan span)
    {
        _spans.Remove(span, span.LargestFree);
        span.Owner = null;
        return span;
    }

    private void Relist(IovaSpan span, int room)
    {
        int now = span.LargestFree;
        if (now == room) return;
        _spans.Remove(span, room);
        _spans.Add(span);
    }
}
