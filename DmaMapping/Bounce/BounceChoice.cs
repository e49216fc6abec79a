using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Decides frame by frame what must bounce for one mapper, and where slots are wanted.</summary>
internal sealed class BounceChoice
{
    private readonly BounceReach _reach;
    private readonly DmaConstraints _constraints;
    private readonly bool _isTranslated;
    private readonly ulong _keptFrameBits;

    /// <summary>Where short runs are placed, by their length.</summary>
    private readonly Placement[] _placements = new Placement[SlotLane.LongestChained + 1];

    /// <summary>The choice for one mapper.</summary>
    /// <param name="inner">The mapper that it wraps.</param>
    /// <param name="reach">What that reaches.</param>
    /// <param name="partialFrames">Whether partly covered frames are bounced.</param>
    internal BounceChoice(MapperProfile inner, in BounceReach reach, bool partialFrames)
    {
        _reach = reach;
        _constraints = inner.Device.Constraints;
        _isTranslated = inner.Addressing == Addressing.Translated;
        _keptFrameBits = _constraints.OffsetPreservingMask >> PageSize.Size4K.Shift;
        BouncesPartialFrames = partialFrames;
        for (int i = 1; i < _placements.Length; i++) _placements[i] = Place(i);
    }

    /// <summary>Whether partly covered frames are bounced.</summary>
    internal bool BouncesPartialFrames { get; }

    /// <summary>Whether the device wants more address bits kept than those of a byte's offset in its frame.</summary>
    internal bool KeepsFrameBits => _keptFrameBits != 0;

    /// <summary>
    /// Whether copying more than what must be can be chosen: IOVAs are together already, and address bits above those of a frame are kept by a copy of
    /// everything alone.
    /// </summary>
    internal bool MayChoose => !_isTranslated && !KeepsFrameBits;

    /// <summary>Whether a view's copy must lie in one run for the device to take it, however it is cut.</summary>
    internal bool WantsOneRun
        => KeepsFrameBits
        || (!_isTranslated && (_constraints.MaxSegmentCount != 0 || _constraints.Alignment > (ulong)PageSize.Size4K.Bytes || PageSize.Size4K.Bytes % _constraints.Granularity != 0));

    /// <summary>Whether consecutive slots that keep the wanted bits of a first home also keep those of one so many frames on.</summary>
    internal bool KeepsBits(Pfn first, Pfn home, int distance) => (((first.Value + (ulong)distance) ^ home.Value) & _keptFrameBits) == 0;

    /// <summary>How many slots after an aligned one the slot for a home stands, for the wanted bits to be kept; more than the pool has where it cannot.</summary>
    internal int LeadFor(Pfn home, BouncePool pool) => (int)Math.Min(home.Value & _keptFrameBits, (ulong)pool.MostSlotsEver);

    /// <summary>Most slots that <see cref="LeadFor"/> asks for.</summary>
    internal int MostLead(BouncePool pool) => (int)Math.Min(_keptFrameBits, (ulong)pool.MostSlotsEver);

    /// <summary>Whether bytes [from, to) of a 4 KiB frame are out of the device's reach where they are.</summary>
    internal bool MustBounce(Pfn frame, int from, int to)
        => !_reach.Contains((frame.Value << PageSize.Size4K.Shift) + (ulong)from, (ulong)(to - from) - 1)
        || (BouncesPartialFrames && to - from < PageSize.Size4K.Bytes);

    /// <summary>Where a run of slots is best placed, so that the device's segment rules cut it least.</summary>
    internal Placement PlacementOf(int frames) => frames < _placements.Length ? _placements[frames] : Place(frames);

    /// <summary>
    /// Whether the device would take copies that it does not take where they lie, if the pool had slots for them that lie together and where the device
    /// likes them. Who translates sees them together wherever they lie; and bytes keep their place in their frame, and their number.
    /// </summary>
    internal bool RoomWouldMend(scoped in PfnView view, Copying copying, bool prefix)
    {
        if (_isTranslated || copying == Copying.WhatMust) return false;
        if (copying == Copying.Fewest) return true;
        ulong start = (ulong)view.Offset & (ulong)(PageSize.Size4K.Bytes - 1);
        var segmenter = new Segmenter(_constraints with { Window = default }, default, prefix, countOnly: true);
        segmenter.Add(new DmaAddress(start), new PhysicalAddress(start), view.Length);
        return segmenter.Finish() == SegmentingStatus.Fits;
    }

    private Placement Place(int frames)
    {
        ulong kept = !KeepsFrameBits ? 1 : _constraints.OffsetPreservingMask == ulong.MaxValue ? 1ul << 63 : _constraints.OffsetPreservingMask + 1;
        if (_isTranslated) return new Placement { Alignment = kept };
        bool fits = ((ulong)frames << PageSize.Size4K.Shift) - 1 <= _constraints.SegmentBoundaryMask;
        return new Placement
        {
            Alignment = Math.Max(_constraints.Alignment, kept),
            BoundaryMask = fits ? _constraints.SegmentBoundaryMask : 0,
        };
    }
}
