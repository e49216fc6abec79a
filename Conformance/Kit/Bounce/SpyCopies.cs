using System.Collections.Generic;

namespace Conformance;

/// <summary>The live copies by the frames of their homes, and what would diverge from them: two copies of a byte that one side may write, unless both take turns.</summary>
internal sealed class SpyCopies
{
    private readonly List<(SpyMapping Mapping, SpyPiece Piece)>?[] _byFrame;

    internal SpyCopies(int bytes) => _byFrame = new List<(SpyMapping, SpyPiece)>?[bytes / SpyMemory.Frame];

    internal void Add(SpyMapping mapping, in SpyPiece piece) => (_byFrame[piece.Home / SpyMemory.Frame] ??= []).Add((mapping, piece));

    internal void Remove(SpyMapping mapping, in SpyPiece piece)
    {
        List<(SpyMapping Mapping, SpyPiece Piece)> copies = _byFrame[piece.Home / SpyMemory.Frame]!;
        for (int i = copies.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(copies[i].Mapping, mapping)) copies.RemoveAt(i);
        }
    }

    /// <summary>The live mapping that a copy would diverge from; null for none.</summary>
    internal SpyMapping? FindConflict(in SpyPiece piece, bool deviceWrites, bool takesTurns)
    {
        if (_byFrame[piece.Home / SpyMemory.Frame] is not { } copies) return null;
        foreach ((SpyMapping mapping, SpyPiece other) in copies)
        {
            if ((deviceWrites || mapping.DeviceWrites) && !(takesTurns && mapping.TakesTurns) && piece.Overlaps(other)) return mapping;
        }

        return null;
    }

    /// <summary>Whether one piece of a view that the device may write holds a byte of another, and either is a copy.</summary>
    internal static bool DivergesFromItself(List<SpyPiece> pieces, int at, bool[] isCopy)
    {
        for (int i = 0; i < pieces.Count; i++)
        {
            if (i != at && (isCopy[i] || isCopy[at]) && pieces[i].Overlaps(pieces[at])) return true;
        }

        return false;
    }
}
