using PfnBuffers;

namespace DmaMapping;

/// <summary>The physical addresses that a mapper reaches without copying: one interval, or none.</summary>
internal readonly struct BounceReach
{
    private readonly ulong _first;
    private readonly ulong _last;

    internal BounceReach(MapperProfile profile)
    {
        _first = 0;
        _last = profile.LastPhysical.Value;
        if (profile.Addressing == Addressing.Translated) return;

        DmaWindow window = profile.Device.Constraints.Window;
        (ulong first, ulong last) = (window.First.Value, window.Last.Value);
        bool any = first <= last;
        if (profile.BusOffset >= 0)
        {
            ulong up = (ulong)profile.BusOffset;
            any &= last >= up;
            first = first > up ? first - up : 0;
            last -= up;
        }
        else
        {
            ulong down = 0ul - (ulong)profile.BusOffset;
            any &= first <= ulong.MaxValue - down;
            first += down;
            last = last > ulong.MaxValue - down ? ulong.MaxValue : last + down;
        }

        _last = last < _last ? last : _last;
        _first = first;
        if (!any || _first > _last) (_first, _last) = (1, 0);
    }

    /// <summary>Whether bytes lie within it.</summary>
    /// <param name="address">The first.</param>
    /// <param name="lengthLessOne">How many there are, less 1.</param>
    internal bool Contains(ulong address, ulong lengthLessOne) => address >= _first && address <= _last && lengthLessOne <= _last - address;

    /// <summary>Whether any byte of a range lies within it.</summary>
    /// <param name="address">The first; the last does not pass 2^64.</param>
    /// <param name="lengthLessOne">How many there are, less 1.</param>
    internal bool Touches(ulong address, ulong lengthLessOne) => address <= _last && address + lengthLessOne >= _first;

    /// <summary>Those places where all of a range is within it too.</summary>
    internal Placement Narrow(in Placement placement) => placement with
    {
        First = placement.First.Value > _first ? placement.First : new PhysicalAddress(_first),
        Last = placement.Last.Value < _last ? placement.Last : new PhysicalAddress(_last),
    };
}
