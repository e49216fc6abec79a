using System;
using System.Runtime.CompilerServices;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The granules of a view in order, as page tables consume them: frames of 4 KiB whose runs are short or unknown as the
/// array that they are, anything else run by run.
/// </summary>
internal ref struct GranuleCursor
{
    private readonly bool _isPlain;

    // Of the runs that the view's buffer keeps, where it keeps any.
    private readonly ReadOnlySpan<int> _starts;
    private readonly ReadOnlySpan<Pfn> _pfns;
    private readonly int _firstInBuffer;
    private readonly int _frameCount;
    private readonly int _frameShift;
    private readonly ulong _skipped;
    private readonly ulong _leftOut;

    private ReadOnlySpan<Pfn> _rest;
    private FrameRuns.Enumerator _runs;
    private int _run;
    private int _nextFrame;
    private ulong _frame;
    private ulong _inRun;

    internal GranuleCursor(scoped in PfnView view)
    {
        bool keepsRuns = view.TryGetKeptRuns(out _starts, out _pfns, out _firstInBuffer);
        _isPlain = view.PageSize == PageSize.Size4K && !keepsRuns;
        _frameCount = view.Frames.Length;
        _frameShift = view.PageSize.Shift - PageSize.Size4K.Shift;
        _skipped = (ulong)view.Offset >> PageSize.Size4K.Shift;
        _leftOut = (ulong)view.TailSlack >> PageSize.Size4K.Shift;
        _rest = view.Frames;
        if (!_isPlain && !keepsRuns) _runs = view.Runs.GetEnumerator();
    }

    /// <summary>Whether granules are taken as an array; otherwise as runs.</summary>
    internal readonly bool IsPlain => _isPlain;

    /// <summary>The next frames, where they are taken as an array.</summary>
    internal ReadOnlySpan<Pfn> TakeFrames(int count)
    {
        ReadOnlySpan<Pfn> frames = _rest.Slice(0, count);
        _rest = _rest.Slice(count);
        return frames;
    }

    /// <summary>The next run or its next part, where they are taken as runs.</summary>
    internal void TakeRun(ulong most, out ulong frame, out ulong count)
    {
        Refill();
        frame = _frame;
        count = Math.Min(_inRun, most);
        _frame += count;
        _inRun -= count;
    }

    /// <summary>How many granules, of whole pages of a size that is aligned here, come next in one run.</summary>
    /// <param name="size">Granules of a page.</param>
    /// <param name="most">As many are wanted, in granules.</param>
    internal ulong NextAligned(ulong size, ulong most)
    {
        if (_isPlain) return size == TableShape.EntryCount && NextIsLargePage() ? size : 0;
        Refill();
        return (_frame & (size - 1)) == 0 ? Math.Min(_inRun, most) & ~(size - 1) : 0;
    }

    /// <summary>The first frame of what <see cref="NextAligned"/> told of, which is taken.</summary>
    internal ulong TakeAligned(ulong count)
    {
        if (_isPlain) return TakeFrames((int)count)[0].Value;
        TakeRun(count, out ulong frame, out _);
        return frame;
    }

    private readonly bool NextIsLargePage()
    {
        ReadOnlySpan<Pfn> part = _rest.Slice(0, TableShape.EntryCount);
        ulong first = part[0].Value;
        if ((first & (TableShape.EntryCount - 1)) != 0 || part[part.Length - 1].Value != first + (ulong)(part.Length - 1)) return false;
        return new PfnView(part, PageSize.Size4K).CountRuns() == 1;
    }

    /// <summary>Fills entries with pages of one size, as long as runs of whole aligned ones come next. Not for what is taken as an array.</summary>
    /// <param name="entries">As many as are wanted.</param>
    /// <param name="shift">Base-2 logarithm of the granules of a page.</param>
    /// <param name="bits">What an entry has beside the address.</param>
    /// <returns>How many came.</returns>
    internal int FillLarge(Span<ulong> entries, int shift, ulong bits)
    {
        ulong size = 1ul << shift;
        int filled = 0;
        while (filled < entries.Length)
        {
            if (_inRun == 0)
            {
                filled += FillWholeRuns(entries.Slice(filled), shift, bits);
                if (filled == entries.Length || !TryNext()) break;
            }

            if ((_frame & (size - 1)) != 0 || _inRun < size) break;
            ulong address = _frame << PageSize.Size4K.Shift;
            if (_inRun == size)
            {
                entries[filled++] = address | bits;
                _inRun = 0;
                continue;
            }

            int count = (int)Math.Min(_inRun >> shift, (ulong)(entries.Length - filled));
            PageEntries.FillRun(entries.Slice(filled, count), address | bits, size << PageSize.Size4K.Shift);
            filled += count;
            _frame += (ulong)count << shift;
            _inRun -= (ulong)count << shift;
        }

        return filled;
    }

    private void Refill()
    {
        if (_inRun == 0) TryNext();
    }

    /// <summary>As long as one kept run after the other is one aligned page: what buffers of huge pages are made of.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // A loop of few variables: where it is inlined they do not stay in registers.
    private int FillWholeRuns(Span<ulong> entries, int shift, ulong bits)
    {
        int frames = 1 << (shift - _frameShift);
        if (shift < _frameShift || (_nextFrame == 0 && _skipped != 0)) return 0;
        ReadOnlySpan<int> starts = _starts;
        ReadOnlySpan<Pfn> pfns = _pfns;
        int end = _frameCount + _firstInBuffer;
        int run = _run;
        int address = _frameShift + PageSize.Size4K.Shift;
        int filled = 0;
        if (run >= starts.Length || starts[run] != _nextFrame + _firstInBuffer) return 0;
        while (filled < entries.Length && run + 1 < starts.Length && run < pfns.Length)
        {
            int next = starts[run + 1];
            ulong pfn = pfns[run].Value;
            if (next - starts[run] != frames || next >= end || (pfn & (ulong)(frames - 1)) != 0) break;
            entries[filled++] = (pfn << address) | bits;
            run++;
        }

        _run = run;
        _nextFrame = starts[run] - _firstInBuffer;
        return filled;
    }

    private bool TryNext()
    {
        if (_starts.IsEmpty) return TryNextOfRuns();
        int first = _nextFrame;
        if (first >= _frameCount) return false;
        int run = _run++;
        int end = run + 1 < _starts.Length ? Math.Min(_starts[run + 1] - _firstInBuffer, _frameCount) : _frameCount;
        _frame = (_pfns[run].Value + (ulong)(first + _firstInBuffer - _starts[run])) << _frameShift;
        _inRun = (ulong)(end - first) << _frameShift;
        if (first == 0)
        {
            _frame += _skipped;
            _inRun -= _skipped;
        }

        if (end == _frameCount) _inRun -= _leftOut;
        _nextFrame = end;
        return true;
    }

    private bool TryNextOfRuns()
    {
        if (!_runs.MoveNext()) return false;
        FrameRun run = _runs.Current;
        _frame = run.Address.FrameOf(PageSize.Size4K).Value;
        _inRun = (ulong)PageSize.Size4K.FramesFor(run.Address.OffsetIn(PageSize.Size4K) + run.Length);
        return true;
    }
}
