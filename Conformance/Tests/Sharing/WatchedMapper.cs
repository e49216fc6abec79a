using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper that remembers what it was asked, and whose answers can be made other ones.</summary>
internal sealed class WatchedMapper(IDmaMapper inner) : MapperWrapper(inner)
{
    /// <summary>What it was asked, in order; null where nothing is remembered.</summary>
    internal List<string>? Calls { get; set; }

    internal Func<MapPlan, MapPlan> Foretell { get; set; } = plan => plan;

    internal Func<MapResult, MapResult> Tell { get; set; } = result => result;

    internal Action? BeforeUnmap { get; set; }

    public override MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        Calls?.Add("Plan");
        return Foretell(base.Plan(view, direction, options, parts));
    }

    public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        Calls?.Add($"Map {options}");
        return Tell(base.Map(view, direction, segments, options));
    }

    public override void Unmap(MappingToken token)
    {
        Calls?.Add("Unmap");
        BeforeUnmap?.Invoke();
        base.Unmap(token);
    }

    public override void SyncForCpu(MappingToken token, long offset, long length)
    {
        Calls?.Add($"SyncForCpu {offset} + {length}");
        base.SyncForCpu(token, offset, length);
    }

    public override void SyncForDevice(MappingToken token, long offset, long length)
    {
        Calls?.Add($"SyncForDevice {offset} + {length}");
        base.SyncForDevice(token, offset, length);
    }
}
