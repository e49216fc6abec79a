namespace DmaMapping;

/// <summary>The lanes of one domain.</summary>
internal sealed class LaneSet(int zones, LazyFlush? flush) : CoreLanes<Lane>
{
    internal const int IndexBits = CoreLane.IndexBits;
    internal const int Count = CoreLane.Most;

    /// <inheritdoc/>
    protected override Lane Create(int index) => new(index, zones, flush);
}
