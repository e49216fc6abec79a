namespace DmaMapping;

/// <summary>
/// What one core maps with and does not share: warm IOVA blocks, the spans that they are cut out of, and the records of
/// what was mapped with them. A thread takes whichever lane is free, its core's first, so one that is stopped in a lane
/// stops nobody else. Nothing foreign is called while a lane is held.
/// </summary>
internal sealed class Lane
{
    /// <summary>Held by whoever reads or changes what follows.</summary>
    internal BriefLock Gate;

    private readonly LaneZone[] _zones;
    private long _takenPages;

    internal Lane(int index, int zones)
    {
        Index = index;
        Records = new MappingRecords();
        _zones = new LaneZone[zones];
        for (int i = 0; i < zones; i++) _zones[i] = new LaneZone(this);
    }

    internal int Index { get; }

    internal MappingRecords Records { get; }

    /// <summary>Granules taken through the lane less those given back through it: the sum over all lanes counts.</summary>
    internal long TakenPages => System.Threading.Volatile.Read(ref _takenPages);

    internal LaneZone Zone(int zone) => _zones[zone];

    internal bool TryTake(int zone, int order, out IovaBlock block)
    {
        if (!_zones[zone].TryTake(order, out block)) return false;
        _takenPages += block.Pages;
        return true;
    }

    /// <summary>Counts a block that came from the space straight.</summary>
    internal void CountTaken(in IovaBlock block) => _takenPages += block.Pages;

    internal Surplus Give(int zone, in IovaBlock block)
    {
        _takenPages -= block.Pages;
        return (block.Span?.Owner ?? _zones[zone]).Give(block);
    }

    /// <summary>Gives up the next thing of what is kept warm.</summary>
    internal bool TryShed(out Surplus surplus)
    {
        foreach (LaneZone zone in _zones)
        {
            if (zone.TryShed(out surplus)) return true;
        }

        surplus = default;
        return false;
    }
}
