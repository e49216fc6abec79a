using System.Collections.Generic;
using System.Numerics;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// What a device refuses, said with numbers that cannot overflow and with division instead of bits. It shares no code
/// with <see cref="DmaConstraints.Satisfies(System.ReadOnlySpan{DmaSegment})"/>, so that the two can check each other.
/// </summary>
public static class NaiveDevice
{
    private static readonly BigInteger Top = BigInteger.Pow(2, 64);

    /// <summary>Why a device with these constraints cannot take the list; null where it can.</summary>
    public static string? Refusal(in DmaConstraints constraints, IReadOnlyList<DmaSegment> segments)
    {
        if (segments.Count == 0) return null;
        if (constraints.IsBottom) return "nothing satisfies bottom";
        if (constraints.MaxSegmentCount > 0 && segments.Count > constraints.MaxSegmentCount) return $"{segments.Count} segments";
        foreach (DmaSegment segment in segments)
        {
            if (Refusal(constraints, segment) is string reason) return $"{segment} {reason}";
        }

        return null;
    }

    /// <summary>Why the list, taken for the pieces, is not their bytes in order; null where it is.</summary>
    /// <param name="segments">What the device is given.</param>
    /// <param name="pieces">The bytes, as the device sees them.</param>
    public static string? Miscovers(IReadOnlyList<DmaSegment> segments, IEnumerable<DmaSegment> pieces)
    {
        // Both sides are normalised to maximal stretches, so that it does not matter where either is cut.
        List<(BigInteger Start, BigInteger End)> given = Stretches(segments), wanted = Stretches(pieces);
        for (int i = 0; i < given.Count || i < wanted.Count; i++)
        {
            if (i >= given.Count) return $"stretch {i} is missing";
            if (i >= wanted.Count) return $"stretch {i} is too many";
            if (given[i] != wanted[i]) return $"stretch {i} covers {given[i]} instead of {wanted[i]}";
        }

        return null;
    }

    /// <summary>Why the list does not stand for the bytes of a view; null where it does.</summary>
    /// <param name="constraints">Tells which address bits are kept.</param>
    /// <param name="segments">What the device is given.</param>
    /// <param name="home">The bytes.</param>
    public static string? Displaces(in DmaConstraints constraints, IReadOnlyList<DmaSegment> segments, ByteModel home)
    {
        BigInteger block = new BigInteger(constraints.OffsetPreservingMask) + 1;
        long at = 0;
        foreach (DmaSegment segment in segments)
        {
            if (at + segment.Length > home.Length) return "it has more bytes than the view";
            if (segment.Address.Value % block != home.AddressAt(at) % block) return $"{segment} moves an address bit";
            at += segment.Length;
        }

        return at == home.Length ? null : "it has fewer bytes than the view";
    }

    private static string? Refusal(in DmaConstraints constraints, DmaSegment segment)
    {
        BigInteger start = segment.Address.Value, end = start + segment.Length;
        if (segment.Length <= 0) return "is empty";
        if (end > Top) return "runs past 2^64";
        if (start < constraints.Window.First.Value || end - 1 > constraints.Window.Last.Value) return "leaves the window";
        if (constraints.MaxSegmentSize > 0 && segment.Length > constraints.MaxSegmentSize) return "is too long";
        if (start % new BigInteger(constraints.Alignment) != 0) return "is not aligned";
        if (new BigInteger(segment.Length) % constraints.Granularity != 0) return "is no multiple of the granularity";
        BigInteger block = new BigInteger(constraints.SegmentBoundaryMask) + 1;
        return constraints.SegmentBoundaryMask > 0 && start / block != (end - 1) / block ? "crosses the boundary" : null;
    }

    private static List<(BigInteger Start, BigInteger End)> Stretches(IEnumerable<DmaSegment> list)
    {
        var stretches = new List<(BigInteger Start, BigInteger End)>();
        foreach (DmaSegment segment in list)
        {
            if (segment.Length == 0) continue;
            BigInteger start = segment.Address.Value, end = start + segment.Length;
            if (stretches.Count > 0 && stretches[stretches.Count - 1].End == start)
                stretches[stretches.Count - 1] = (stretches[stretches.Count - 1].Start, end);
            else
                stretches.Add((start, end));
        }

        return stretches;
    }
}
