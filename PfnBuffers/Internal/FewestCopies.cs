using System;
using PfnBuffers;

/// <summary>
/// Chooses which bytes of a view are copied for a device without an IOMMU, so that all its segment rules hold and the fewest bytes are
/// copied. Some must be copied in any case; others only to bring together what lies apart, or to mend where a segment would begin.
/// <code>
///   bus       | 40 |    | 97 | 98 |   | 12 |   | 77 |     four segments, and the device takes three
///   copied                            | s1      s2  |     the two last are a run of slots: 8 KiB
/// </code>
/// Copies next to each other in the view are a run of slots which begins where the device's boundaries like it best, and keeps
/// offsets in 4 KiB frames; it adjoins nothing that stays. What stays is cut as <see cref="Segmenter"/> cuts it, and that also judges
/// what comes out, so a choice always keeps to the rules.
/// <para>
/// The choice is the fewest bytes of any that copies whole frames, if granularity divides 4096, the boundary is no less than
/// that, the size is a multiple of 4096 and of the alignment, one of size and boundary divides the other, bus addresses have the low 12 bits of their
/// homes, and all is done in <see cref="MostSteps"/>. Else it may be more, and where even that finds nothing, it is all that may be copied.
/// Bits to be preserved above those 12 are not looked at: the caller bears in mind what they cost.
/// </para>
/// <c>Begin</c>, <c>Add</c> from first to last, <c>TryChoose</c>; then again. Keeps its arrays: a steady state allocates nothing.
/// Used by one thread.
/// </summary>
/// <param name="mostSteps">Another bound instead of <see cref="MostSteps"/>.</param>
internal sealed class FewestCopies(long mostSteps = FewestCopies.MostSteps)
{
    /// <summary>Entries of the dynamic program that a choice may take, a few ns and three bits each: beyond that one stretch is copied.</summary>
    internal const long MostSteps = 1L << 24;

    private readonly CopyPieces _given = new();
    private readonly CopyPieces _cut = new();
    private readonly CopyLayers _layers = new();
    private readonly CopyWindow _window = new();
    private readonly CopyStretches _chosen = new();
    private long _head;

    /// <summary>What is copied, in order; after a choice.</summary>
    internal ReadOnlySpan<CopyStretch> Copied => _chosen.All;

    /// <summary>Bytes of the view that are copied.</summary>
    internal long CopiedBytes => _chosen.Bytes;

    /// <summary>Segments that come out.</summary>
    internal int Segments { get; private set; }

    /// <summary>Entries that all choices so far took.</summary>
    internal long Steps => _layers.Steps;

    /// <summary>Starts with a view that begins so many bytes into a frame.</summary>
    internal void Begin(long offset)
    {
        _head = offset & (CopyRules.Frame - 1);
        _given.Clear();
    }

    /// <summary>Adds the next bytes, which the device sees at one stretch of addresses. They end where a frame does, but for the last.</summary>
    /// <param name="address">The bus address; of no matter for what must be copied.</param>
    /// <param name="length">At least 1.</param>
    /// <param name="fate">What may become of them.</param>
    internal void Add(ulong address, long length, CopyFate fate)
    {
        int last = _given.Count - 1;
        if (last >= 0 && _given.Fate[last] == fate && (fate == CopyFate.Must || _given.Follows(last, address))) _given.Extend(length);
        else _given.Add(address, length, fate);
    }

    /// <summary>Chooses.</summary>
    /// <param name="constraints">The device's; its window is not looked at.</param>
    /// <returns>False where nothing that may be copied helps; nothing is chosen then.</returns>
    internal bool TryChoose(in DmaConstraints constraints)
    {
        _chosen.Clear();
        Segments = 0;
        if (_given.Count == 0) return true;
        var rules = new CopyRules(constraints);
        if (TryKeepBits((long)(constraints.OffsetPreservingMask & (CopyRules.Frame - 1))) && (ChooseMust(rules) || TryFewest(rules) || ChooseAll(rules))) return true;
        _chosen.Clear();
        return false;
    }

    /// <summary>What does not stand at the address bits that are to be kept must be copied.</summary>
    private bool TryKeepBits(long mask)
    {
        for (int i = 0; mask != 0 && i < _given.Count; i++)
        {
            if (_given.Fate[i] == CopyFate.Must || (((long)_given.Address[i] ^ (_head + _given.From[i])) & mask) == 0) continue;
            if (_given.Fate[i] == CopyFate.MustNot) return false;
            _given.Fate[i] = CopyFate.Must;
        }

        return true;
    }

    private bool ChooseMust(in CopyRules rules)
    {
        _chosen.Clear();
        for (int i = 0; i < _given.Count; i++)
        {
            if (_given.Fate[i] == CopyFate.Must) _chosen.Add(_given.From[i], _given.From[i + 1]);
        }

        return Holds(rules);
    }

    private bool ChooseAll(in CopyRules rules)
    {
        _chosen.Clear();
        for (int i = 0; i < _given.Count; i++)
        {
            if (_given.Fate[i] != CopyFate.MustNot) _chosen.Add(_given.From[i], _given.From[i + 1]);
        }

        return Holds(rules);
    }

    private bool TryFewest(in CopyRules rules)
    {
        // One segment is all or nothing; so is a view that no multiple of the granularity can be cut off from.
        int most = rules.Free.MaxSegmentCount;
        if (most == 1 || rules.CopySize == 0 || (CopyRules.Frame - _head) % rules.Granularity != 0) return false;

        if (most != 0 && (_given.Length - 1) / Math.Min(rules.Size, rules.Boundary) >= most) return false;

        // Where a run of copies may take several segments it is cut between any two frames.
        bool oneSegment = _head + _given.Length <= rules.CopySize;
        long frames = (_head + _given.Length - 1) / CopyRules.Frame;
        bool everyFrame = !oneSegment && most != 0 && frames < mostSteps / most;
        Cut(rules, everyFrame ? CopyRules.Frame : oneSegment ? long.MaxValue : rules.CopySize);
        bool found = most < _cut.Count && _cut.Count > mostSteps / Math.Max(1, most)
            ? _window.TryChoose(_cut, _head, rules, most, _chosen)
            : _layers.TryChoose(_cut, _head, rules, most, _chosen);
        return found && Holds(rules);
    }

    /// <summary>Cuts the pieces where a choice may change: so many bytes from a piece's start, at boundaries, and where a segment may first begin.</summary>
    private void Cut(in CopyRules rules, long size)
    {
        _cut.Clear();
        for (int i = 0; i < _given.Count; i++)
        {
            long end = _given.From[i + 1];
            for (long at = _given.From[i]; at < end;)
            {
                ulong address = _given.Address[i] + (ulong)(at - _given.From[i]);
                long inFrame = (_head + at) & (CopyRules.Frame - 1);
                long length = Math.Min(end - at, size == long.MaxValue ? size : size - inFrame);
                if (_given.Fate[i] != CopyFate.Must)
                {
                    length = Math.Min(length, rules.ToBoundary(address));
                    ulong beside = address & (rules.Alignment - 1);
                    if (beside != 0) length = (long)Math.Min((ulong)length, rules.Alignment - beside);
                }

                // Never inside a frame.
                if (length < end - at) length = Math.Min(end - at, ((inFrame + length + CopyRules.Frame - 1) & ~(CopyRules.Frame - 1)) - inFrame);
                _cut.Add(address, length, _given.Fate[i]);
                at += length;
            }
        }
    }

    /// <summary>Whether the segmenter takes what is chosen.</summary>
    private bool Holds(in CopyRules rules)
    {
        var segmenter = new Segmenter(rules.Free, default, countOnly: true);
        ReadOnlySpan<CopyStretch> copied = _chosen.All;
        int next = 0;
        for (int i = 0; i < _given.Count; i++)
        {
            long at = _given.From[i];
            while (at < _given.From[i + 1])
            {
                long begin = next < copied.Length ? copied[next].From : long.MaxValue;
                if (begin > at)
                {
                    long end = Math.Min(begin, _given.From[i + 1]);
                    if (!segmenter.Add(new DmaAddress(_given.Address[i] + (ulong)(at - _given.From[i])), end - at)) return false;
                    at = end;
                    continue;
                }

                if (begin == at)
                {
                    segmenter.EndStretch();
                    segmenter.Add(new DmaAddress((ulong)((_head + begin) & (CopyRules.Frame - 1))), copied[next].Length);
                    segmenter.EndStretch();
                }

                at = Math.Min(copied[next].End, _given.From[i + 1]);
                if (at == copied[next].End) next++;
            }
        }

        bool fits = segmenter.Finish() == SegmentingStatus.Fits;
        Segments = segmenter.Count;
        return fits;
    }
}
