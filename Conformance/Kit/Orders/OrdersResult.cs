using System;
using PfnBuffers;

namespace Conformance;

/// <summary>What came of a campaign over one policy.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Interleavings">Orders that there are of the devices' steps; 0 where they are drawn.</param>
/// <param name="Tally">What happened.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Shortest">The first case that went wrong, as short as it can be; null where none did.</param>
/// <param name="What">What is wrong in it.</param>
public sealed record OrdersResult(OrderPolicy Policy, long Interleavings, OrderTally Tally, TimeSpan Time, OrderCase? Shortest, string? What)
{
    /// <summary>The counts in a line.</summary>
    public override string ToString()
        => FormattableString.Invariant($"interleavings={Interleavings} cases={Tally.Cases} admitted={Tally.Of(Verdict.Admitted)} direct={Tally.Of(Verdict.Direct)} remap={Tally.Of(Verdict.Remap)} move={Tally.Of(Verdict.Move)} bounce={Tally.Of(Verdict.Bounce)} refuse={Tally.Of(Verdict.Refused)} violations={Tally.Violations}");
}
