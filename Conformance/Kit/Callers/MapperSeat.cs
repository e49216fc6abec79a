using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A mapper that is called badly, and what is known to live in it.</summary>
internal sealed class MapperSeat(IDmaMapper mapper)
{
    internal const int Most = 12;

    internal IDmaMapper Mapper { get; } = mapper;

    /// <summary>The same, where it maps in two steps.</summary>
    internal IReservingMapper? Reserving => Mapper as IReservingMapper;

    internal List<MapResult> Live { get; } = [];

    internal List<IovaReservation> Reservations { get; } = [];

    /// <summary>Tokens that were good once.</summary>
    internal List<MappingToken> Stale { get; } = [];

    internal List<IovaReservation> Released { get; } = [];

    /// <summary>Ends everything that lives.</summary>
    internal void Close()
    {
        foreach (MapResult one in Live) Mapper.Unmap(one.Token);
        foreach (IovaReservation one in Reservations) Reserving!.Release(one);
        Live.Clear();
        Reservations.Clear();
    }
}
