namespace DmaMapping;

/// <summary>The spans of one owner in lists by their largest free block, so that one with room is found at once. A mutable struct, never copied.</summary>
internal struct SpansByRoom()
{
    private readonly IovaSpan?[] _first = new IovaSpan?[IovaSpan.Order + 1];
    private uint _rooms;

    /// <summary>The order of the largest free block in any span; -1 where none is.</summary>
    internal readonly int Largest => _rooms == 0 ? -1 : Bits.Log2(_rooms);

    /// <summary>The span with the least room that is enough; null where there is none.</summary>
    internal readonly IovaSpan? Find(int order)
    {
        uint enough = _rooms >> order;
        return enough == 0 ? null : _first[order + Bits.TrailingZeros(enough)];
    }

    /// <summary>A span of which nothing is taken; null where there is none. Looks at all spans.</summary>
    internal readonly IovaSpan? FindWhole()
    {
        for (int room = IovaSpan.Order; room >= 0; room--)
        {
            for (IovaSpan? span = _first[room]; span is not null; span = span.Next)
            {
                if (span.IsWhole) return span;
            }
        }

        return null;
    }

    internal void Add(IovaSpan span)
    {
        int room = span.LargestFree;
        span.Previous = span.Next = null;
        if (room < 0) return;
        IovaSpan? first = _first[room];
        span.Next = first;
        if (first is not null) first.Previous = span;
        _first[room] = span;
        _rooms |= 1u << room;
    }

    /// <summary>Takes a span out of the list of its room, which is still as it was when the span was added.</summary>
    internal void Remove(IovaSpan span, int room)
    {
        if (room < 0) return;
        if (span.Previous is { } previous) previous.Next = span.Next;
        else _first[room] = span.Next;
        if (span.Next is { } next) next.Previous = span.Previous;
        if (_first[room] is null) _rooms &= ~(1u << room);
        span.Previous = span.Next = null;
    }
}
