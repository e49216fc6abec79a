using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That the page size of an array is a matter of writing.</summary>
public sealed class PageSizesAreAlike() : MappingLaw(
    "page sizes are alike",
    "the same bytes, said in frames of 4 KiB, are mapped or refused alike: status, bytes, segments, copies")
{
    /// <inheritdoc/>
    public override double LeastShare => 0.05;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig large = make(one);
        if (one.Home.PageSize == PageSize.Size4K) return LawOutcome.Idle;
        MapperCase said = one with { Home = one.Home.InFramesOf4K() };
        MapperRig small = make(said);
        MapResult result = large.Map(one, out DmaSegment[] segments), same = small.Map(said, out DmaSegment[] others);
        string found = $"{result}", wanted = $"as in frames of 4 KiB: {same}";
        if ((result.Status, result.Length, result.SegmentCount, result.BouncedBytes) != (same.Status, same.Length, same.SegmentCount, same.BouncedBytes)) return LawOutcome.Broken(found, wanted);
        if (!result.IsMapped) return LawOutcome.Idle;
        if (!one.CanBounce && !one.Translates && !segments.SequenceEqual(others)) return LawOutcome.Broken(string.Join(", ", segments.Take(6)), string.Join(", ", others.Take(6)));
        return segments.Select(segment => segment.Length).SequenceEqual(others.Select(segment => segment.Length))
            ? LawOutcome.Held
            : LawOutcome.Broken(string.Join(", ", segments.Take(6)), $"segments as long as {string.Join(", ", others.Take(6))}");
    }
}
