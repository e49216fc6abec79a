using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>The parts of a machine under a checker, or as they are where there is none. Disposed after the drivers: what they left mapped then is told.</summary>
/// <param name="checker">The checker; null for none.</param>
internal sealed class CheckedParts(MappingChecker? checker) : IDisposable
{
    private readonly List<CheckedMapper> _mappers = [];

    public void Dispose()
    {
        foreach (CheckedMapper mapper in _mappers) mapper.Dispose();
    }

    internal IPhysicalMemory Of(IPhysicalMemory memory) => checker is null ? memory : new CheckedMemory(checker, memory);

    internal IExporter Of(IExporter exporter) => checker is null ? exporter : new CheckedExporter(checker, exporter);

    internal BusPort Of(BusPort port)
    {
        checker?.Watch(port);
        return port;
    }

    internal IDmaMapper Of(IDmaMapper mapper)
    {
        if (checker is null) return mapper;
        var looked = new CheckedMapper(checker, mapper);
        _mappers.Add(looked);
        return looked;
    }
}
