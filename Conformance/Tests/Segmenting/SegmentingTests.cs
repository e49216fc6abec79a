using Xunit;

namespace Conformance.Tests;

public class SegmentingTests
{
    [Fact]
    public void A_segmenter_cuts_as_the_oracle_does() => SegmentingLaws.CutsAsTheOracle(Segmented.ByLibrary).Check(20_000);

    [Fact]
    public void Every_outcome_is_asked_for_often()
    {
        Shares shares = Shares.Of(SegmentingCases.All.Generator, 4000, SegmentingLaws.Classes);
        foreach (string outcome in new[] { "Fits", "TooManySegments", "SpanTooShort", "OutsideWindow", "Unaligned", "several", "prefix", "top", "joins" })
            Assert.True(shares[outcome] >= 0.1, $"{outcome} is rare: {shares}");
    }
}
