using System;

namespace PfnBuffers;

/// <summary>
/// The frame runs of a view, in order, found without allocating: <c>foreach (FrameRun run in view.Runs)</c>.
/// Where the view's buffer keeps a run summary this is O(runs) and reads nothing of the array; otherwise it reads the array once.
/// </summary>
public readonly ref struct FrameRuns
{
    private readonly PfnView _view;

    internal FrameRuns(scoped in PfnView view) => _view = view;

    /// <summary>Starts at the first run.</summary>
    public Enumerator GetEnumerator() => new(_view);

    /// <summary>Walks the runs of one view.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<Pfn> _frames;

        /// <summary>The kept runs from the one that the view begins in; none where runs are not kept.</summary>
        private readonly ReadOnlySpan<int> _starts;
        private readonly ReadOnlySpan<Pfn> _pfns;
        private readonly ulong _greatestPfn;
        private readonly long _offset;
        private readonly long _tailSlack;
        private readonly int _firstInBuffer;
        private readonly int _shift;
        private int _run;
        private int _first;
        private int _count;
        private ulong _pfn;

        internal Enumerator(scoped in PfnView view)
        {
            _frames = view.Frames;
            _shift = view.PageSize.Shift;
            _greatestPfn = ulong.MaxValue >> _shift;
            _offset = view.Offset;
            _tailSlack = view.TailSlack;
            view.TryGetKeptRuns(out _starts, out _pfns, out _firstInBuffer);
        }

        /// <summary>The run last moved to.</summary>
        public readonly FrameRun Current
        {
            get
            {
                ulong address = _pfn << _shift;
                long length = (long)_count << _shift;
                if (_first == 0)
                {
                    address += (ulong)_offset;
                    length -= _offset;
                }

                if (_first + _count == _frames.Length) length -= _tailSlack;
                return new FrameRun(_first, _count, new Pfn(_pfn), new PhysicalAddress(address), length);
            }
        }

        /// <summary>Moves to the next run.</summary>
        /// <returns>False after the last run.</returns>
        /// <exception cref="ArgumentOutOfRangeException">A frame lies beyond 2^64 bytes at the view's page size.</exception>
        public bool MoveNext()
        {
            int first = _first + _count;
            if (first >= _frames.Length) return false;
            int run = _run;
            if (run < _starts.Length)
            {
                int end = run + 1 < _starts.Length ? _starts[run + 1] - _firstInBuffer : _frames.Length;
                _count = (end < _frames.Length ? end : _frames.Length) - first;
                _pfn = _pfns[run].Value + (ulong)(first + _firstInBuffer - _starts[run]);
                _run = run + 1;
            }
            else
            {
                _pfn = _frames[first].Value;
                _count = first + 1 < _frames.Length && _frames[first + 1].Value != _pfn + 1 ? 1 : RunScanner.RunLength(_frames.Slice(first));
            }

            _first = first;
            if (_pfn > _greatestPfn || (ulong)_count - 1 > _greatestPfn - _pfn) ThrowTooHigh();
            return true;
        }

        private readonly void ThrowTooHigh()
            => Throw.OutOfRange("pfn", _frames[_first], $"a run of {_count} frames of {PageSize.FromBytes(1L << _shift)} must end below 2^64 bytes");
    }
}
