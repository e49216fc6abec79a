using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>One step over links with edges.</summary>
/// <param name="Action">What happens.</param>
/// <param name="Home">What is linked.</param>
/// <param name="Direction">Which way it goes.</param>
/// <param name="At">The granule that it begins in.</param>
/// <param name="Which">The live link that anything else is done to, counted round.</param>
/// <param name="Several">With so many that follow it, where they do, itself included.</param>
/// <param name="From">Where in the link it is done: of 1000.</param>
/// <param name="Part">How much of what is left of the link then: of 1000.</param>
public sealed record EdgeStep(EdgeAction Action, MappedView Home, DmaDirection Direction, int At, int Which, int Several, int From, int Part)
{
    /// <summary>The part of so many bytes.</summary>
    internal (long From, long Length) Of(long bytes)
    {
        long from = Math.Min(bytes - 1, bytes * From / 1000);
        return (from, Math.Max(1, (bytes - from) * Part / 1000));
    }

    /// <inheritdoc/>
    public override string ToString() => Action switch
    {
        EdgeAction.Link => $"link {Home} {Direction} at {At}",
        EdgeAction.Unlink => $"unlink {Which} and {Several - 1} more",
        _ => $"{Action} {Which}: from {From}, {Part} of 1000",
    };
}
