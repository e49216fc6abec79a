using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Stands below a bounce mapper, where a device gains and loses its reach, and tells the run of its thread: what the device finds from the first moment on,
/// and writes until the last, is held to the law too.
/// </summary>
internal sealed class SpyWitness(IDmaMapper inner) : IDmaMapper
{
    [ThreadStatic]
    private static SpyRun? _run;

    public MapperProfile Profile => inner.Profile;

    /// <summary>Whom this thread's witnesses tell.</summary>
    internal static void Tell(SpyRun? run) => _run = run;

    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts) => inner.Plan(view, direction, options, parts);

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        MapResult result = inner.Map(view, direction, segments, options);
        if (result.IsMapped) _run?.Reaching(view, (int)result.Length);
        return result;
    }

    public void Unmap(MappingToken token)
    {
        _run?.Leaving();
        inner.Unmap(token);
        _run?.Left();
    }

    public void SyncForCpu(MappingToken token, long offset, long length) => inner.SyncForCpu(token, offset, length);

    public void SyncForDevice(MappingToken token, long offset, long length) => inner.SyncForDevice(token, offset, length);
}
