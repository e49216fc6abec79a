using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>What the naive model says of segments is what trying everything finds.</summary>
public class NaiveCutsTests
{
    [Fact]
    public void As_few_segments_as_exhaustion_finds_and_prefixes_as_long() => Law(lessOne: false).Check(700);

    [Fact]
    public void A_model_that_cuts_too_late_is_caught() => LawAssert.Catches(Law(lessOne: true));

    private static Law<SegmentingCase> Law(bool lessOne) => new("naive cuts are as good as any", SegmentingCases.All, one =>
    {
        if (one.Kept != 0) return null;
        var oracle = new SegmentationOracle(one);
        List<(ulong Address, long Length)> units = [.. one.Pieces.SelectMany(piece => Enumerable.Range(0, piece.Length).Select(i => (one.AddressOf(piece.At + i), one.UnitBytes)))];
        int wanted = oracle.Fewest(oracle.Total);
        PfnBuffers.DmaConstraints rules = lessOne ? one.Constraints with { SegmentBoundaryMask = 0 } : one.Constraints;
        int fewest = NaiveCuts.Fewest(units, rules);
        if (fewest != (wanted == SegmentationOracle.Impossible ? NaiveCuts.Impossible : wanted)) return $"{fewest} segments instead of {wanted}";
        for (int slots = 0; slots <= 4; slots++)
        {
            long longest = NaiveCuts.LongestPrefix(units, rules, slots), exhausted = oracle.LongestPrefix(slots) * one.UnitBytes;
            if (longest != exhausted) return $"a prefix of {longest} bytes in {slots} segments instead of {exhausted}";
        }

        return null;
    });
}
