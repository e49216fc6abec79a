using System.Collections.Generic;

namespace Conformance;

/// <summary>Devices that share a buffer, and the order in which they act.</summary>
/// <param name="Policy">What may be chosen, on which memory.</param>
/// <param name="Flavour">What is out of the ordinary.</param>
/// <param name="Seed">Chooses the bytes that are touched.</param>
/// <param name="Devices">The devices, in the order of their letters.</param>
/// <param name="Steps">What they do. Whatever is attached or mapped at the end is ended in the order of the letters.</param>
public sealed record OrderCase(
    OrderPolicy Policy,
    OrderFlavour Flavour,
    ulong Seed,
    IReadOnlyList<OrderDevice> Devices,
    IReadOnlyList<OrderStep> Steps)
{
    /// <summary>The case as a trace that can be replayed.</summary>
    public override string ToString() => OrderTrace.Write(this);
}
