using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That no segment is spent without need.</summary>
public sealed class SegmentsAreTheFewest() : MappingLaw(
    "segments are the fewest",
    "no cover of the bytes, where they stand for the device, has fewer segments; and where addresses are translated they stand in one row")
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return LawOutcome.Idle;
        IReadOnlyList<(ulong Start, long Length)> rows = FewestSegments.RowsOf(segments);
        if (one.Translates && one.Rules.OffsetPreservingMask <= 0xFFF && rows.Count > 1)
            return LawOutcome.Broken($"{rows.Count} rows: {string.Join(", ", segments.Take(4))}", "addresses that follow each other");
        int? fewest = FewestSegments.Of(one.Constraints, rows);
        if (fewest is not { } least) return LawOutcome.Idle;
        if (segments.Length > least) return LawOutcome.Broken($"{segments.Length} segments: {string.Join(", ", segments.Take(6))}", $"{least}, as few as [{one.Constraints}] allows");
        return LawOutcome.HeldIf(segments.Length > 1 || one.Rules != default);
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one with
    {
        Options = MapOptions.None,
        Home = one.Home with { Offset = one.Home.Offset & ~511, Length = Math.Max(512, one.Home.Length & ~511) },
    };
}
