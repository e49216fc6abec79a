using System.Collections.Generic;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class MeetTests
{
    [Fact]
    public void A_list_satisfies_the_meet_exactly_when_it_satisfies_both() => MeetLaws.MeetIsBoth(Meet, Satisfies).Check(20_000);

    [Fact]
    public void Satisfies_says_what_the_naive_device_says() => MeetLaws.SatisfiesIsNaive(Satisfies).Check(20_000);

    [Fact]
    public void A_list_satisfies_the_meet_for_a_view_exactly_when_it_satisfies_both() => MeetLaws.MeetIsBothAtHome(Meet, SatisfiesHome).Check(5000);

    [Fact]
    public void Satisfying_for_a_view_is_what_the_naive_device_says() => MeetLaws.SatisfiesHomeIsNaive(SatisfiesHome).Check(5000);

    [Fact]
    public void Both_outcomes_of_standing_for_a_view_are_common()
    {
        Shares shares = Shares.Of(HomeCase.Cases.Generator, 2000, one => [SatisfiesHome(one.A, one) ? "a" : "not a", SatisfiesHome(one.A, one) && SatisfiesHome(one.B, one) ? "both" : "not both"]);
        foreach (string outcome in new[] { "a", "not a", "both", "not both" }) Assert.True(shares[outcome] >= 0.1, $"{outcome} is rare: {shares}");
    }

    [Fact]
    public void Meet_is_commutative() => MeetLaws.Commutative(Meet).Check(5000);

    [Fact]
    public void Meet_is_associative() => MeetLaws.Associative(Meet).Check(5000);

    [Fact]
    public void Meet_is_idempotent() => MeetLaws.Idempotent(Meet).Check(5000);

    [Fact]
    public void Meet_is_monotone() => MeetLaws.Monotone(Meet).Check(5000);

    [Fact]
    public void No_limit_is_top() => MeetLaws.NoneIsTop(Meet).Check(2000);

    [Fact]
    public void Bottom_absorbs() => MeetLaws.BottomAbsorbs(Meet).Check(2000);

    [Fact]
    public void Both_outcomes_of_satisfying_are_common()
    {
        Shares shares = Shares.Of(MeetCase.Cases.Generator, 4000, Classes);
        foreach (string outcome in new[] { "a", "not a", "both", "not both", "meet is bottom", "several segments" })
            Assert.True(shares[outcome] >= (outcome == "meet is bottom" ? 0.04 : 0.1), $"{outcome} is rare: {shares}");

        static IEnumerable<string> Classes(MeetCase one)
        {
            bool a = one.A.Satisfies(one.Segments), b = one.B.Satisfies(one.Segments);
            // The empty list satisfies everything and shows nothing.
            if (one.Segments.Length == 0) yield break;
            yield return a ? "a" : "not a";
            yield return a && b ? "both" : "not both";
            if (DmaConstraints.Meet(one.A, one.B).IsBottom) yield return "meet is bottom";
            if (a && b && one.Segments.Length > 1) yield return "several segments";
        }
    }

    private static DmaConstraints Meet(DmaConstraints a, DmaConstraints b) => DmaConstraints.Meet(a, b);

    private static bool Satisfies(DmaConstraints constraints, DmaSegment[] segments) => constraints.Satisfies(segments);

    private static bool SatisfiesHome(DmaConstraints constraints, HomeCase one) => constraints.Satisfies(one.Segments, one.Home);
}
