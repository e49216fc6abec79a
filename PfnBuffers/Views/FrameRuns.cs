using System;

namespace PfnBuffers;

/// <summary>
/// The frame runs of a view, in order, found without allocating: <c>foreach (FrameRun run in view.Runs)</c>.
/// Where the view's buffer keeps a run summary this is O(runs) and reads one frame a run; otherwise it reads the array once.
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
        private readonly PfnView _view;
        private readonly ulong _greatestPfn;
        private int _run;
        private int _next;
        private FrameRun _current;

        internal Enumerator(scoped in PfnView view)
        {
            _view = view;
            _greatestPfn = Pfn.Max(view.PageSize).Value;
            _run = view.KeepsRuns ? view.Summary!.RunOf(view.FirstFrameInBuffer) : 0;
            _next = 0;
            _current = default;
        }

        /// <summary>The run last moved to.</summary>
        public readonly FrameRun Current => _current;

        /// <summary>Moves to the next run.</summary>
        /// <returns>False after the last run.</returns>
        /// <exception cref="ArgumentOutOfRangeException">A frame lies beyond 2^64 bytes at the view's page size.</exception>
        public bool MoveNext()
        {
            ReadOnlySpan<Pfn> frames = _view.Frames;
            int first = _next;
            if (first >= frames.Length) return false;

            int count;
            if (_view.KeepsRuns)
            {
                int end = _view.Summary!.EndOf(_run++, int.MaxValue) - _view.FirstFrameInBuffer;
                count = Math.Min(end, frames.Length) - first;
            }
            else
            {
                count = first + 1 < frames.Length && frames[first + 1].Value != frames[first].Value + 1
                    ? 1
                    : RunScanner.RunLength(frames.Slice(first));
            }

            ulong start = frames[first].Value;
            if (start > _greatestPfn || (ulong)count - 1 > _greatestPfn - start)
                Throw.OutOfRange("pfn", frames[first], $"a run of {count} frames of {_view.PageSize} must end below 2^64 bytes");

            int shift = _view.PageSize.Shift;
            ulong address = start << shift;
            long length = (long)count << shift;
            if (first == 0)
            {
                address += (ulong)_view.Offset;
                length -= _view.Offset;
            }

            _next = first + count;
            if (_next == frames.Length) length -= _view.TailSlack;
            _current = new FrameRun(first, count, new Pfn(start), new PhysicalAddress(address), length);
            return true;
        }
    }
}
