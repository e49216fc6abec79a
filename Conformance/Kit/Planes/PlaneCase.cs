using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A device behind a mapper, a view, and a plane in it.</summary>
public sealed record PlaneCase
{
    /// <summary>Room for every segment of any case.</summary>
    private const int MostSegments = 1 << 14;

    [ThreadStatic]
    private static DmaSegment[]? _segments;

    /// <summary>Mapper, view, direction and options.</summary>
    public required MapperCase Of { get; init; }

    /// <summary>Offset of the first line.</summary>
    public required long Offset { get; init; }

    /// <summary>Bytes of a line.</summary>
    public required long Width { get; init; }

    /// <summary>Bytes from line to line.</summary>
    public required long Stride { get; init; }

    /// <summary>Lines.</summary>
    public required int Height { get; init; }

    /// <summary>The plane's byte that is mapped first.</summary>
    public required long From { get; init; }

    /// <summary>The plane.</summary>
    public Plane Plane => new(Offset, Width, Stride, Height);

    /// <summary>Bytes of the plane from <see cref="From"/> on.</summary>
    public long Rest => (Width * Height) - From;

    /// <summary>Where each byte of the plane from one on is in the view, counted line by line and byte by byte.</summary>
    public long[] Places(long from)
    {
        var places = new List<long>();
        for (int line = 0; line < Height; line++)
        {
            for (long x = 0; x < Width; x++) places.Add(Offset + (line * Stride) + x);
        }

        return [.. places.Skip((int)from)];
    }

    /// <summary>The ranges of the view that lines from a byte of the plane on take, of so many bytes in all.</summary>
    public IEnumerable<(long Offset, long Length)> Lines(long from, long length)
    {
        for (long at = from; at < from + length;)
        {
            long inLine = at % Width, part = Math.Min(Width - inLine, from + length - at);
            yield return (Offset + (at / Width * Stride) + inLine, part);
            at += part;
        }
    }

    /// <summary>Maps the plane from <see cref="From"/> on.</summary>
    public MapResult Map(IPlanes planes, out DmaSegment[] segments) => Map(planes, From, MostSegments, out segments);

    /// <summary>Maps the plane from a byte on.</summary>
    public MapResult Map(IPlanes planes, long from, int room, out DmaSegment[] segments)
    {
        _segments ??= new DmaSegment[MostSegments];
        MapResult result = planes.Map(Of.View, Plane, from, Of.Direction, _segments.AsSpan(0, room), Of.Options);
        segments = _segments.AsSpan(0, result.SegmentCount).ToArray();
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Height} lines of {Width} bytes, stride {Stride}, at {Offset}, from {From}, of {Of}";
}
