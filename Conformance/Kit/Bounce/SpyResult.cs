using System;

namespace Conformance;

/// <summary>What came of spying.</summary>
/// <param name="Tally">What was done.</param>
/// <param name="Time">How long it took.</param>
/// <param name="What">What is wrong, with the life's seed and the step; null where nothing is.</param>
/// <param name="Shortest">The first life that went wrong, as short as it was made; null where none did, or where several threads made it.</param>
public sealed record SpyResult(SpyTally Tally, TimeSpan Time, string? What, SpyCase? Shortest)
{
    /// <summary>The counts in a line.</summary>
    public override string ToString()
        => FormattableString.Invariant($"ops={Tally.Operations} cases={Tally.Lives} mappings={Tally.Mappings} prefixes={Tally.Prefixes} slots={Tally.Slots} divergences={Tally.Divergences} refusals={Tally.Refusals} device_accesses={Tally.DeviceAccesses} faults={Tally.Faults} violations={Tally.Violations}");
}
