using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// A view as the list of its bytes' frames, one entry a frame, cut by walking the list; and where the view is small, as
/// the list of its bytes' addresses, one entry a byte, cut by copying it. It is slow, and too plain to be wrong.
/// </summary>
public sealed class ByteModel
{
    /// <summary>Up to so many bytes are listed one by one.</summary>
    private const long MostListed = 1 << 16;

    private readonly List<(ulong Pfn, long From, long Count)> _parts;
    private readonly List<ulong>? _addresses;

    private ByteModel(PageSize pageSize, List<(ulong Pfn, long From, long Count)> parts, List<ulong>? addresses)
    {
        PageSize = pageSize;
        _parts = parts;
        _addresses = addresses;
        Length = parts.Sum(part => part.Count);
    }

    /// <summary>The size of the frames.</summary>
    public PageSize PageSize { get; }

    /// <summary>Number of bytes.</summary>
    public long Length { get; }

    /// <summary>Whether the bytes are listed one by one.</summary>
    public bool ListsBytes => _addresses is not null;

    /// <summary>The frames that hold a byte, in order.</summary>
    public IEnumerable<ulong> Frames => _parts.Select(part => part.Pfn);

    /// <summary>Bytes skipped in the first frame.</summary>
    public long Offset => _parts.Count == 0 ? 0 : _parts[0].From;

    /// <summary>Bytes left out of the last frame's end.</summary>
    public long TailSlack => _parts.Count == 0 ? 0 : PageSize.Bytes - _parts[_parts.Count - 1].From - _parts[_parts.Count - 1].Count;

    /// <summary>The model of bytes in frames.</summary>
    public static ByteModel Of(IEnumerable<Pfn> frames, PageSize pageSize, long offset, long length)
    {
        var parts = new List<(ulong Pfn, long From, long Count)>();
        long left = length, from = offset;
        foreach (Pfn frame in frames)
        {
            if (left == 0) break;
            long count = Math.Min(left, pageSize.Bytes - from);
            parts.Add((frame.Value, from, count));
            left -= count;
            from = 0;
        }

        List<ulong>? addresses = null;
        if (length <= MostListed)
        {
            addresses = [];
            foreach ((ulong pfn, long first, long count) in parts)
            {
                for (long i = 0; i < count; i++) addresses.Add((pfn * (ulong)pageSize.Bytes) + (ulong)(first + i));
            }
        }

        return new ByteModel(pageSize, parts, addresses);
    }

    /// <summary>A part of the bytes.</summary>
    public ByteModel Slice(long offset, long length)
    {
        var parts = new List<(ulong Pfn, long From, long Count)>();
        long at = 0;
        foreach ((ulong pfn, long from, long count) in _parts)
        {
            long first = Math.Max(offset - at, 0), end = Math.Min(offset + length - at, count);
            if (first < end) parts.Add((pfn, from + first, end - first));
            at += count;
        }

        return new ByteModel(PageSize, parts, _addresses?.GetRange((int)offset, (int)length));
    }

    /// <summary>The address of one byte.</summary>
    public ulong AddressAt(long offset)
    {
        if (_addresses is not null) return _addresses[(int)offset];
        (ulong pfn, long within) = PartAt(offset, out _);
        return (pfn * (ulong)PageSize.Bytes) + (ulong)within;
    }

    /// <summary>Index of the frame that holds one byte.</summary>
    public int FrameIndexAt(long offset)
    {
        PartAt(offset, out int index);
        return index;
    }

    /// <summary>The maximal runs of consecutive frames.</summary>
    public List<RunFact> Runs()
    {
        var runs = new List<RunFact>();
        for (int i = 0; i < _parts.Count; i++)
        {
            (ulong pfn, long from, long count) = _parts[i];
            if (i > 0 && _parts[i - 1].Pfn + 1 == pfn)
            {
                RunFact run = runs[runs.Count - 1];
                runs[runs.Count - 1] = run with { FrameCount = run.FrameCount + 1, Length = run.Length + count };
            }
            else
            {
                runs.Add(new RunFact(i, 1, pfn, (pfn * (ulong)PageSize.Bytes) + (ulong)from, count));
            }
        }

        return runs;
    }

    /// <summary>Offsets worth looking at: all where bytes are listed and few; else both sides of every frame's edge, and some between.</summary>
    public IEnumerable<long> Offsets()
    {
        if (ListsBytes && Length <= 4 * 4096) return Enumerable.Range(0, (int)Length).Select(i => (long)i);
        var offsets = new List<long>();
        long at = 0;
        foreach ((_, _, long count) in _parts)
        {
            offsets.AddRange([at, at + (count / 3), at + count - 1]);
            at += count;
        }

        return offsets;
    }

    private (ulong Pfn, long Within) PartAt(long offset, out int index)
    {
        long at = 0;
        for (index = 0; index < _parts.Count; index++)
        {
            (ulong pfn, long from, long count) = _parts[index];
            if (offset < at + count) return (pfn, from + offset - at);
            at += count;
        }

        throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The model has {Length} bytes.");
    }
}
