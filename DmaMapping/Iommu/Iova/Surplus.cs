namespace DmaMapping;

/// <summary>What a lane does not keep of what it was given, on its way to the space. A mutable struct, never copied.</summary>
internal struct Surplus
{
    internal Surplus(in IovaBlock block) => Block = block;

    internal Surplus(IovaSpan span) => Spans = span;

    /// <summary>A block of whole tables; none where its order is 0.</summary>
    internal IovaBlock Block { get; }

    /// <summary>Spans of which nothing is taken, chained.</summary>
    internal IovaSpan? Spans { get; private set; }

    internal readonly bool IsEmpty => Spans is null && Block.Order == 0;

    internal void Add(IovaSpan span)
    {
        span.Next = Spans;
        Spans = span;
    }
}
