using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The ranges of a view that the rest of a plane consists of, from one of its bytes on: a range a line, the first one cut
/// where it starts inside a line; one range in all where the plane is packed. Offsets in a mapping count their bytes, packed.
/// </summary>
internal readonly struct PlanePieces
{
    private readonly Plane _plane;
    private readonly int _firstLine;
    private readonly long _skipped;

    /// <summary>Pieces from a byte on, which the plane has.</summary>
    internal PlanePieces(in Plane plane, long from)
    {
        _plane = plane.IsPacked ? new Plane(plane.Offset, plane.Length, plane.Length, 1) : plane;
        _firstLine = (int)(from / _plane.Width);
        _skipped = from % _plane.Width;
    }

    internal int Count => _plane.Height - _firstLine;

    /// <summary>Whether there is one range, which need not be put together from lines.</summary>
    internal bool IsPacked => _plane.Height == 1;

    /// <summary>Offset of a piece in the view.</summary>
    internal long OffsetOf(int piece) => _plane.LineAt(_firstLine + piece) + (piece == 0 ? _skipped : 0);

    internal long LengthOf(int piece) => _plane.Width - (piece == 0 ? _skipped : 0);

    /// <summary>Bytes in the pieces before one.</summary>
    internal long LengthBefore(int piece) => piece == 0 ? 0 : (_plane.Width * piece) - _skipped;

    /// <summary>The piece that a byte of the mapping is in.</summary>
    internal int PieceAt(long offset) => (int)((_skipped + offset) / _plane.Width);
}
