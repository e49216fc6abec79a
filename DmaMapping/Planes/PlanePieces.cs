using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The ranges of a view that a part of a plane consists of: a range a line, the first one cut where the part starts inside a
/// line, the last one where it ends inside; one range in all where the plane is packed. Offsets in a mapping count their bytes,
/// packed.
/// </summary>
internal readonly struct PlanePieces
{
    private readonly Plane _plane;
    private readonly int _firstLine;
    private readonly long _skipped;
    private readonly long _length;

    /// <summary>Pieces from a byte on, which the plane has, to its end.</summary>
    internal PlanePieces(in Plane plane, long from)
        : this(plane, from, plane.Length - from)
    {
    }

    /// <summary>Pieces of some bytes, which the plane has.</summary>
    internal PlanePieces(in Plane plane, long from, long length)
    {
        _plane = plane.IsPacked ? new Plane(plane.Offset, plane.Length, plane.Length, 1) : plane;
        _firstLine = (int)(from / _plane.Width);
        _skipped = from % _plane.Width;
        _length = length;
    }

    /// <summary>One range of a view, of 1 byte or more.</summary>
    internal PlanePieces(long offset, long length)
        : this(new Plane(offset, length, length, 1), 0, length)
    {
    }

    internal int Count => PieceAt(_length - 1) + 1;

    /// <summary>Whether the plane is one range, which need not be put together from lines.</summary>
    internal bool IsPacked => _plane.Height == 1;

    /// <summary>Offset of a piece in the view.</summary>
    internal long OffsetOf(int piece) => _plane.LineAt(_firstLine + piece) + (piece == 0 ? _skipped : 0);

    internal long LengthOf(int piece) => Math.Min(_plane.Width - (piece == 0 ? _skipped : 0), _length - LengthBefore(piece));

    /// <summary>Bytes in the pieces before one.</summary>
    internal long LengthBefore(int piece) => piece == 0 ? 0 : (_plane.Width * piece) - _skipped;

    /// <summary>The piece that a byte of the mapping is in.</summary>
    internal int PieceAt(long offset) => (int)((_skipped + offset) / _plane.Width);

    /// <summary>The first piece that does not end before an offset of the view; the count where there is none.</summary>
    internal int PieceFrom(long offset)
    {
        long lines = (offset - _plane.LineAt(_firstLine)) / _plane.Stride;
        int piece = (int)Math.Max(0, Math.Min(lines, Count));
        return piece < Count && OffsetOf(piece) + LengthOf(piece) <= offset ? piece + 1 : piece;
    }

    /// <summary>Whether a byte of the view is in both.</summary>
    internal bool Overlaps(in PlanePieces other)
    {
        if (other.Count < Count) return other.Overlaps(this);
        for (int i = 0; i < Count; i++)
        {
            int first = other.PieceFrom(OffsetOf(i));
            if (first < other.Count && other.OffsetOf(first) < OffsetOf(i) + LengthOf(i)) return true;
        }

        return false;
    }
}
