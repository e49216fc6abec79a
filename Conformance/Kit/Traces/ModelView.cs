using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>Bytes as the model knows them: frames, and which of their bytes, found one frame at a time.</summary>
internal sealed class ModelView
{
    private readonly PfnBuffer? _buffer;
    private readonly long _offset;

    internal ModelView(Pfn[] frames, PageSize page, long offset, long length, PfnBuffer? buffer = null)
    {
        (Frames, Page, _offset, Length, _buffer) = (frames, page, offset, length, buffer);
    }

    internal Pfn[] Frames { get; }

    internal PageSize Page { get; }

    internal long Length { get; }

    /// <summary>Offset of the first byte in its 4 KiB frame.</summary>
    internal int InGranule => (int)(_offset % TraceMemory.Frame);

    /// <summary>Granules of 4 KiB that hold a byte.</summary>
    internal long Granules => (InGranule + Length + TraceMemory.Frame - 1) / TraceMemory.Frame;

    /// <summary>Whether the first and the last granule are covered whole.</summary>
    internal bool IsWhole => InGranule == 0 && (_offset + Length) % TraceMemory.Frame == 0;

    /// <summary>Whether it keeps its runs, so that its IOVAs may be chosen by them.</summary>
    internal bool IsSummarised => _buffer is not null;

    /// <summary>The library's view of the same bytes.</summary>
    internal PfnView View
    {
        get
        {
            long first = _offset / Page.Bytes, inFirst = _offset % Page.Bytes;
            if (_buffer is not null) return _buffer.View.Slice(_offset - _buffer.Offset, Length);
            return new PfnView(Frames.AsSpan((int)first, (int)((inFirst + Length + Page.Bytes - 1) / Page.Bytes)), Page, inFirst, Length);
        }
    }

    internal ModelView Slice(long at, long length) => new(Frames, Page, _offset + at, length, _buffer);

    /// <summary>Where a byte lives; also one before the first or after the last, in the same granule.</summary>
    internal ulong AddressAt(long at)
    {
        long position = _offset + at;
        return (Frames[position / Page.Bytes].Value * (ulong)Page.Bytes) + (ulong)(position % Page.Bytes);
    }

    /// <summary>Bytes from one on that are in the same frame, of those from there on.</summary>
    internal long InFrameFrom(long at) => Math.Min(Length - at, Page.Bytes - ((_offset + at) % Page.Bytes));

    /// <summary>Index of the frame that holds a byte, counted from that of the first byte.</summary>
    internal int FrameOf(long at) => (int)(((_offset + at) / Page.Bytes) - (_offset / Page.Bytes));

    /// <summary>The first byte from one on whose frame does not follow the frame before it; the byte itself where all that come do.</summary>
    internal long NextGap(long at)
    {
        long next = at + InFrameFrom(at);
        for (; next < Length; next += Page.Bytes)
        {
            long frame = (_offset + next) / Page.Bytes;
            if (Frames[frame].Value != Frames[frame - 1].Value + 1) return next;
        }

        return at;
    }

    /// <summary>Frames that hold a byte.</summary>
    internal int FrameCount => Length == 0 ? 0 : FrameOf(Length - 1) + 1;

    /// <summary>The bytes, frame by frame.</summary>
    internal void List(List<(ulong Address, long Length)> pieces)
    {
        pieces.Clear();
        for (long at = 0; at < Length; at += InFrameFrom(at)) pieces.Add((AddressAt(at), InFrameFrom(at)));
    }

    public override string ToString() => $"{Length} bytes at {_offset} of [{string.Join(" ", Array.ConvertAll(Frames.Length <= 40 ? Frames : Frames.AsSpan(0, 40).ToArray(), one => $"{one.Value:x}"))}] {Page}";
}
