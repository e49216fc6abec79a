/// <summary>Bytes of a view that are copied together, with others before and after them that stay.</summary>
/// <param name="from">The first byte, counted from the view's start.</param>
/// <param name="length">How many, at least 1.</param>
internal readonly struct CopyStretch(long from, long length)
{
    internal long From { get; } = from;

    internal long Length { get; } = length;

    internal long End => From + Length;
}
