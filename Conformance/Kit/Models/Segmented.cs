using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>How a segmenter is asked to cut.</summary>
/// <param name="Prefix">The longest prefix that fits, instead of all or nothing.</param>
/// <param name="CountOnly">Only count, with a span taken to be endless.</param>
/// <param name="StopsWhenTold">Give no more pieces once the segmenter says that they change nothing.</param>
public readonly record struct SegmentingMode(bool Prefix, bool CountOnly, bool StopsWhenTold);

/// <summary>What a segmenter said of a case.</summary>
public sealed record Segmented
{
    /// <summary>How it came out.</summary>
    public SegmentingStatus Status { get; init; }

    /// <summary>The count told.</summary>
    public int Count { get; init; }

    /// <summary>The length told.</summary>
    public long Length { get; init; }

    /// <summary>The place of failure told.</summary>
    public long FailedAt { get; init; }

    /// <summary>The caller's span afterwards; entries not written are the default.</summary>
    public IReadOnlyList<DmaSegment> Span { get; init; } = [];

    /// <summary>What the library's segmenter says of a case.</summary>
    public static Segmented ByLibrary(SegmentingCase one, SegmentingMode mode) => ByLibrary(one, one.Constraints, mode);

    /// <summary>What the library's segmenter says of a case when it is given other constraints: how mutants are made.</summary>
    public static Segmented ByLibrary(SegmentingCase one, in DmaConstraints constraints, SegmentingMode mode)
    {
        var span = new DmaSegment[one.Capacity];
        var segmenter = new Segmenter(constraints, span, mode.Prefix, mode.CountOnly);
        foreach (SegmentingPiece piece in one.Pieces)
        {
            // Homes lie in a space of their own that is congruent to the device's in all bits that can be kept.
            var home = new PhysicalAddress((1ul << 60) + ((ulong)piece.HomeAt << one.Scale));
            bool more = segmenter.Add(new DmaAddress(one.AddressOf(piece.At)), home, (long)piece.Length << one.Scale);
            if (!more && mode.StopsWhenTold) break;
        }

        SegmentingStatus status = segmenter.Finish();
        return new Segmented
        {
            Status = status,
            Count = segmenter.Count,
            Length = segmenter.Length,
            FailedAt = segmenter.FailedAt,
            Span = span,
        };
    }
}
