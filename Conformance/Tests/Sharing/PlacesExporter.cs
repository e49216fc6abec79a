using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Backs a buffer with one of some places, spelt out in frames of 4 KiB: the first that is not taken and serves what is asked.</summary>
internal sealed class PlacesExporter(IPhysicalMemory memory, long length, params Pfn[][] places) : IExporter
{
    private readonly PfnBuffer?[] _given = new PfnBuffer?[places.Length];

    public string Name => "places";

    public long Length => length;

    public MemoryKind Kind => MemoryKind.PageBacked;

    public IPhysicalMemory Memory => memory;

    /// <summary>Places that are not given back.</summary>
    internal int Taken => _given.Count(one => one is not null);

    /// <summary>For what it was asked to take frames.</summary>
    internal List<PlacementDemand> Asked { get; } = [];

    public bool CanBack(in PlacementDemand demand)
    {
        PlacementDemand asked = demand;
        return places.Any(place => Serves(place, asked));
    }

    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        Asked.Add(demand);
        backing = null;
        for (int i = 0; i < places.Length && backing is null; i++)
        {
            if (_given[i] is null && Serves(places[i], demand)) backing = _given[i] = new PfnBuffer(places[i], PageSize.Size4K, 0, length);
        }

        return backing is not null;
    }

    public void Release(PfnBuffer backing)
    {
        _given[Array.IndexOf(_given, backing)] = null;
        backing.Dispose();
    }

    private static bool Serves(Pfn[] place, PlacementDemand demand)
    {
        if (demand.IsBottom) return false;
        bool isOneRun = place.Select((frame, i) => frame.Value - (ulong)i).Distinct().Count() == 1;
        return demand.Contiguous
            ? isOneRun && demand.Placement.Allows(place[0].ToAddress(PageSize.Size4K), place.Length * PageSize.Size4K.Bytes)
            : place.All(frame => demand.Placement.Allows(frame.ToAddress(PageSize.Size4K), PageSize.Size4K.Bytes));
    }
}
