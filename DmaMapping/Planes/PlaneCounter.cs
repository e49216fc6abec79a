using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Counts the segments of a plane's pieces from their plans. Pieces have the segments that their own plans tell, but for
/// those that lie in place at bus addresses side by side: their addresses are known beforehand, and they are cut as one.
/// Lives on the stack; a copy of it tries what a further piece would make of the count.
/// </summary>
internal ref struct PlaneCounter
{
    private readonly MapperProfile _profile;
    private readonly DmaConstraints _constraints;

    /// <summary>Segments before those of the present group.</summary>
    private long _before;

    /// <summary>Segments of the last piece, where it stands alone.</summary>
    private long _ofLast;
    private bool _joins;

    /// <summary>Cuts pieces that adjoin, from the first of them on; there are some where <see cref="_joins"/>.</summary>
    private Segmenter _group;
    private long _lastOffset;
    private long _lastLength;

    internal PlaneCounter(MapperProfile profile)
    {
        _profile = profile;
        _constraints = profile.Device.Constraints with { MaxSegmentCount = 0 };
    }

    /// <summary>Segments so far.</summary>
    internal long Total { readonly get; private set; }

    /// <summary>Whether a piece begins where the last one ended, both in place.</summary>
    internal readonly bool Adjoins(scoped in PfnView view, long offset)
        => _lastLength > 0 && view.AddressAt(_lastOffset + _lastLength - 1).Value + 1 == view.AddressAt(offset).Value;

    /// <summary>Counts one more piece.</summary>
    internal void Add(scoped in PfnView view, long offset, long length, scoped in MapPlan plan)
    {
        bool inPlace = IsInPlace(_profile, plan.BouncedBytes);
        if (inPlace && Adjoins(view, offset))
        {
            if (!_joins)
            {
                _joins = true;
                _before -= _ofLast;
                _group = new Segmenter(_constraints, default, countOnly: true);
                Feed(view, _lastOffset, _lastLength);
            }

            Feed(view, offset, length);
            Segmenter ended = _group;
            ended.Finish();
            Total = _before + ended.Count;
        }
        else
        {
            _before = Total + plan.SegmentCount;
            Total = _before;
            _ofLast = plan.SegmentCount;
            _joins = false;
        }

        _lastOffset = offset;
        _lastLength = inPlace ? length : 0;
    }

    /// <summary>Whether all of a piece stands where a plan could foresee it: at the bus addresses of its home.</summary>
    internal static bool IsInPlace(MapperProfile profile, long bouncedBytes) => profile.Addressing == Addressing.Direct && bouncedBytes == 0;

    private void Feed(scoped in PfnView view, long offset, long length)
    {
        foreach (FrameRun run in view.Slice(offset, length).Runs)
        {
            if (_profile.TryBusAddress(run.Address, run.Length, out DmaAddress bus)) _group.Add(bus, run.Address, run.Length);
        }
    }
}
