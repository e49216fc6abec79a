using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Demo;

/// <summary>Refusals of one device that are alike: the same ways closed by the same wishes. Told once, by the first of them.</summary>
/// <param name="Refusal">The first of them.</param>
/// <param name="Orders">In how many orders there was one.</param>
/// <param name="When">What those orders have in common, for people.</param>
internal sealed record RefusalKind(Refusal Refusal, int Orders, string When)
{
    internal static IEnumerable<RefusalKind> Of(IEnumerable<OrderOutcome> outcomes)
        => outcomes.SelectMany(outcome => outcome.Refusals.Select(refusal => (outcome.Order, Refusal: refusal)))
            .GroupBy(one => Signature(one.Refusal))
            .Select(group => new RefusalKind(group.First().Refusal, group.Count(), WhenOf([.. group.Select(one => one.Order[0].Name).Distinct()])));

    private static string WhenOf(IReadOnlyList<string> first) => $"{string.Join(" or ", first)} mapped first";

    /// <summary>What makes two refusals alike. Which frame it was is left out: that depends on the memory.</summary>
    private static string Signature(Refusal refusal)
        => $"{refusal.Importer}: {string.Join("; ", refusal.Causes.Select(cause => $"{cause.Way} {cause.Reason} {cause.Attachment} {cause.Constraint}"))}: {refusal.Advice}";
}
