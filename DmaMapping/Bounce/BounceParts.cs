using System;

namespace DmaMapping;

/// <summary>Lists how the parts of a bounced mapping are treated, from the pieces that it is made of.</summary>
internal static class BounceParts
{
    /// <summary>Writes as many parts as the span holds, and counts them all.</summary>
    internal static int List(ReadOnlySpan<BouncePiece> pieces, long length, MapTreatment inPlace, Span<MapPart> parts)
    {
        int count = 0, piece = 0;
        long at = 0;
        while (at < length)
        {
            long start = at;
            bool bounced = piece < pieces.Length && pieces[piece].ViewOffset == at;
            if (bounced)
            {
                for (; piece < pieces.Length && pieces[piece].ViewOffset == at; piece++) at = pieces[piece].EndInView;
            }
            else
            {
                at = piece == pieces.Length ? length : pieces[piece].ViewOffset;
            }

            if (count < parts.Length) parts[count] = new MapPart(start, at - start, bounced ? MapTreatment.Bounced : inPlace);
            count++;
        }

        return count;
    }

    /// <summary>One bounced part, where the wrapped mapper bounces too: which of its bytes is not worth telling apart.</summary>
    internal static int Whole(long length, Span<MapPart> parts)
    {
        if (!parts.IsEmpty) parts[0] = new MapPart(0, length, MapTreatment.Bounced);
        return 1;
    }
}
