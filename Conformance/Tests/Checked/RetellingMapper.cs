using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper that tells another's answers otherwise than they were: how much it copied, where the bytes lie, and that it cannot end a mapping now.</summary>
internal sealed class RetellingMapper(IDmaMapper inner) : MapperWrapper(inner)
{
    internal long BouncedBytes { get; set; }

    internal DmaSegment[]? Given { get; set; }

    internal Exception? Objection { get; set; }

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = base.Map(view, direction, segments, options);
        if (Given is null) return result with { BouncedBytes = BouncedBytes };
        Given.CopyTo(segments);
        return result with { BouncedBytes = BouncedBytes, SegmentCount = Given.Length };
    }

    public override void Unmap(MappingToken token)
    {
        if (Objection is not null) throw Objection;
        base.Unmap(token);
    }
}
