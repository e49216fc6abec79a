using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Arrays for one substitution under way, kept by its thread for the next one, so that a steady state allocates nothing. A mapper
/// inside a mapper, on the same thread, has its own.
/// </summary>
internal sealed class SubstitutionScratch
{
    /// <summary>Frames of arrays that a thread keeps: of views of 4 GiB.</summary>
    private const int MostKept = 1 << 20;

    [ThreadStatic]
    private static SubstitutionScratch? _idle;

    private SubstitutionScratch? _nextIdle;
    private Pfn[] _frames = new Pfn[64];
    private BouncePiece[] _pieces = new BouncePiece[16];

    private readonly CopiedHomes _copied = new();
    private FewestCopies? _fewest;

    /// <summary>Chooses copies of the view under way.</summary>
    internal FewestCopies Fewest => _fewest ??= new FewestCopies();

    /// <summary>The pieces by their homes; as they are now.</summary>
    internal CopiedHomes SortedHomes()
    {
        _copied.Sort(Pieces);
        return _copied;
    }

    internal int PieceCount { get; private set; }

    /// <summary>The pieces, in the order of the view.</summary>
    internal Span<BouncePiece> Pieces => _pieces.AsSpan(0, PieceCount);

    internal ref BouncePiece LastPiece => ref _pieces[PieceCount - 1];

    internal static SubstitutionScratch Take()
    {
        SubstitutionScratch scratch = _idle ?? new SubstitutionScratch();
        (_idle, scratch._nextIdle) = (scratch._nextIdle, null);
        return scratch;
    }

    internal void Return()
    {
        PieceCount = 0;
        if (_frames.Length > MostKept) (_frames, _pieces) = (new Pfn[64], new BouncePiece[16]);
        (_nextIdle, _idle) = (_idle, this);
    }

    internal Span<Pfn> Frames(int count)
    {
        if (_frames.Length < count) _frames = new Pfn[1 << Bits.CeilLog2((ulong)count)];
        return _frames.AsSpan(0, count);
    }

    internal ref BouncePiece AddPiece()
    {
        if (PieceCount == _pieces.Length) Array.Resize(ref _pieces, 2 * PieceCount);
        return ref _pieces[PieceCount++];
    }

    internal void RemoveLastPiece() => PieceCount--;
}
