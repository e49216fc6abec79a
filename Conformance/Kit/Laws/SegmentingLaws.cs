using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>Cuts a case.</summary>
/// <param name="one">The case.</param>
/// <param name="mode">How it is to be cut.</param>
public delegate Segmented Cut(SegmentingCase one, SegmentingMode mode);

/// <summary>
/// That a segmenter is right: what it hands out obeys the constraints and covers the bytes in order, there are no more
/// segments than must be, and where it says that there is no way there is none.
/// </summary>
public static class SegmentingLaws
{
    private static readonly SegmentingMode[] Modes =
    [
        .. from prefix in new[] { false, true }
           from countOnly in new[] { false, true }
           from stops in new[] { false, true }
           select new SegmentingMode(prefix, countOnly, stops),
    ];

    /// <summary>In every mode, what the oracle finds.</summary>
    public static Law<SegmentingCase> CutsAsTheOracle(Cut cut) => new("a segmenter cuts as the oracle does", SegmentingCases.All, one =>
    {
        var oracle = new SegmentationOracle(one);
        foreach (SegmentingMode mode in Modes)
        {
            Segmented outcome = cut(one, mode);
            string? broken = mode.Prefix ? OfPrefix(one, oracle, outcome, mode) : OfWhole(one, oracle, outcome, mode);
            if (broken is not null) return $"{mode}: {outcome.Status}, {outcome.Count} segments, {outcome.Length} bytes, failed at {outcome.FailedAt}: {broken}";
        }

        return null;
    });

    /// <summary>What class of question a case is, for asserting that each is asked often.</summary>
    public static IEnumerable<string> Classes(SegmentingCase one)
    {
        var oracle = new SegmentationOracle(one);
        int needed = oracle.Fewest(oracle.Total);
        yield return needed == SegmentationOracle.Impossible
            ? Enumerable.Range(0, oracle.Total).Any(oracle.IsOutside) ? nameof(SegmentingStatus.OutsideWindow) : nameof(SegmentingStatus.Unaligned)
            : one.MaxCount != 0 && needed > one.MaxCount ? nameof(SegmentingStatus.TooManySegments)
            : needed > one.Capacity ? nameof(SegmentingStatus.SpanTooShort)
            : nameof(SegmentingStatus.Fits);
        if (needed is > 1 and not SegmentationOracle.Impossible && needed <= one.Capacity) yield return "several";
        int prefix = oracle.LongestPrefix(Slots(one, countOnly: false));
        if (prefix > 0 && prefix < oracle.Total) yield return "prefix";
        if (one.Pieces.Any(piece => piece.Length > 0 && one.AddressOf(piece.At) + ((ulong)piece.Length << one.Scale) == 0)) yield return "top";
        if (one.Pieces.Zip(one.Pieces.Skip(1), (a, b) => a.At + a.Length == b.At).Any(joins => joins)) yield return "joins";
    }

    private static string? OfWhole(SegmentingCase one, SegmentationOracle oracle, Segmented outcome, SegmentingMode mode)
    {
        int needed = oracle.Fewest(oracle.Total);
        if (needed == SegmentationOracle.Impossible) return OfImpossible(one, oracle, outcome);
        SegmentingStatus expected = one.MaxCount != 0 && needed > one.MaxCount ? SegmentingStatus.TooManySegments
            : !mode.CountOnly && needed > one.Capacity ? SegmentingStatus.SpanTooShort
            : SegmentingStatus.Fits;
        if (outcome.Status != expected) return $"should be {expected} with {needed} segments";
        if (outcome.Count != needed) return $"{needed} segments are enough and are needed";
        if (outcome.Length != (long)oracle.Total << one.Scale) return $"there are {(long)oracle.Total << one.Scale} bytes";
        if (outcome.FailedAt != -1) return "every byte has a place";
        return expected == SegmentingStatus.Fits ? OfSegments(one, outcome, oracle.Total, mode) : null;
    }

    private static string? OfPrefix(SegmentingCase one, SegmentationOracle oracle, Segmented outcome, SegmentingMode mode)
    {
        int slots = Slots(one, mode.CountOnly), units = oracle.LongestPrefix(slots);
        if (outcome.Length != (long)units << one.Scale) return $"the longest prefix has {(long)units << one.Scale} bytes";
        if (outcome.Count != oracle.Fewest(units)) return $"the prefix needs {oracle.Fewest(units)} segments";
        if (outcome.FailedAt != (units == oracle.Total ? -1 : outcome.Length)) return "the first byte without a place follows the prefix";
        if (units == 0 && oracle.Total > 0)
        {
            if (outcome.Status == SegmentingStatus.TooManySegments) return "one segment is never too many";
            return slots == 0 && outcome.Status == SegmentingStatus.SpanTooShort ? null : OfImpossibleStart(one, oracle, outcome);
        }

        if (outcome.Status != SegmentingStatus.Fits) return "a prefix fits";
        return OfSegments(one, outcome, units, mode);
    }

    /// <summary>No way to cut all: the reason told must be one.</summary>
    private static string? OfImpossible(SegmentingCase one, SegmentationOracle oracle, Segmented outcome)
    {
        long failedAt = outcome.FailedAt >> one.Scale;
        if (outcome.FailedAt < 0 || failedAt >= oracle.Total) return $"the place of failure must lie in the {oracle.Total} units";
        if (oracle.LongestPrefix(oracle.Total) > failedAt) return "bytes beyond the place of failure can be cut";
        if (outcome.Status == SegmentingStatus.OutsideWindow) return oracle.IsOutside((int)failedAt) ? null : "the device reaches that byte";
        if (outcome.Status != SegmentingStatus.Unaligned) return "there is no way to cut it";
        var everywhere = new SegmentationOracle(one, ignoresWindow: true);
        return everywhere.Fewest(everywhere.Total) == SegmentationOracle.Impossible ? null : "only the window forbids it";
    }

    /// <summary>No way to cut even a first segment: the reason told must be one.</summary>
    private static string? OfImpossibleStart(SegmentingCase one, SegmentationOracle oracle, Segmented outcome)
    {
        if (outcome.Status == SegmentingStatus.OutsideWindow)
            return Enumerable.Range(0, oracle.Total).Any(oracle.IsOutside) ? null : "the device reaches every byte";
        if (outcome.Status != SegmentingStatus.Unaligned) return "no first segment can be cut";
        return new SegmentationOracle(one, ignoresWindow: true).LongestPrefix(1) == 0 ? null : "only the window forbids a first segment";
    }

    private static string? OfSegments(SegmentingCase one, Segmented outcome, int units, SegmentingMode mode)
    {
        if (mode.CountOnly) return outcome.Span.All(segment => segment == default) ? null : "counting wrote a segment";
        DmaSegment[] segments = [.. outcome.Span.Take(outcome.Count)];
        if (outcome.Span.Skip(outcome.Count).Any(segment => segment != default)) return "it wrote past the count";
        DmaConstraints constraints = one.Constraints;
        if (!constraints.Satisfies(segments)) return $"the segments do not satisfy: {string.Join("; ", segments)}";
        if (NaiveDevice.Refusal(constraints, segments) is string refusal) return $"the naive device refuses: {refusal}";
        return NaiveDevice.Miscovers(segments, FirstUnits(one, units));
    }

    private static IEnumerable<DmaSegment> FirstUnits(SegmentingCase one, int units)
    {
        long left = (long)units << one.Scale;
        foreach (DmaSegment piece in one.InBytes())
        {
            yield return new DmaSegment(piece.Address, Math.Min(piece.Length, left));
            left -= Math.Min(piece.Length, left);
        }
    }

    private static int Slots(SegmentingCase one, bool countOnly)
    {
        int most = one.MaxCount == 0 ? int.MaxValue - 1 : one.MaxCount;
        return countOnly ? most : Math.Min(most, one.Capacity);
    }
}
