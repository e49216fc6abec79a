using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Mapping in one step: within a table, over tables, and with large pages.</summary>
internal sealed class OneStepScene : FaultScene
{
    private readonly IDmaMapper _mapper;

    internal OneStepScene(string format, bool isLazy)
        : base(format, isLazy) => _mapper = new FaultyMapper(new IommuMapper(new DmaDevice("one-step", new RequesterId(1)), Domain), MapRefused, MapThrows);

    internal override IEnumerable<FaultStep> Steps() =>
    [
        Mapping("mapping a page", _mapper, new PfnBuffer(Run(0x10000, 1), PageSize.Size4K).Slice(0, 4096), DmaDirection.ToDevice),
        Mapping("mapping scattered pages", _mapper, new PfnBuffer(Run(0x10100, 40, 3), PageSize.Size4K).Slice(100, (39 * 4096) + 7), DmaDirection.Bidirectional),
        Mapping("mapping over tables", _mapper, new PfnBuffer(Run(0x11000, 1100, 2), PageSize.Size4K).Slice(0, 1100 * 4096), DmaDirection.FromDevice),
        Mapping("mapping large pages", _mapper, new PfnBuffer([new Pfn(0x900), new Pfn(0x910), new Pfn(0x905)], PageSize.Size2M).Slice(8192, (3 << 21) - 20000), DmaDirection.Bidirectional),
        Mapping("mapping another page", _mapper, new PfnBuffer(Run(0x18000, 1), PageSize.Size4K).Slice(0, 4096), DmaDirection.ToDevice),
    ];
}

/// <summary>Mapping in two steps: reserving, linking, unlinking, mapping into a reservation, releasing.</summary>
internal sealed class TwoStepScene : FaultScene
{
    private readonly FaultyReservingMapper _mapper;

    internal TwoStepScene(string format, bool isLazy)
        : base(format, isLazy) => _mapper = new FaultyReservingMapper(new IommuMapper(new DmaDevice("two-step", new RequesterId(1)), Domain), MapRefused, MapThrows);

    internal override IEnumerable<FaultStep> Steps()
    {
        IovaReservation large = default, small = default;
        MappingToken spent = default;
        ulong noted = 0;
        return
        [
            Reserving("reserving tables", 3 << 20, one => large = one),
            Reserving("reserving a little", 8 * 4096, one => small = one),
            Linking("linking a page", () => large, 0, Run(0x10000, 1)),
            Linking("linking over tables", () => large, 1 << 20, Run(0x11000, 300, 2)),
            Linking("linking in a span", () => small, 4096, Run(0x12000, 3)),
            new FaultStep(
                "mapping into a reservation",
                () =>
                {
                    ReserveResult room = _mapper.Reserve(4 << 20, 0);
                    if (!room.IsReserved) return room.Status.ToString();
                    var segments = new DmaSegment[4];
                    MapResult result = default;
                    PfnSlice slice = new PfnBuffer(Run(0x13000, 900, 2), PageSize.Size4K).Slice(0, 900 * 4096);
                    try
                    {
                        result = _mapper.Map(slice.View, DmaDirection.Bidirectional, segments, MapOptions.None, room.Reservation);
                    }
                    finally
                    {
                        if (!result.IsMapped) _mapper.Release(room.Reservation);
                    }

                    if (!result.IsMapped) return result.Status.ToString();
                    spent = result.Token;
                    noted = Note(segments.Take(1), slice.View);
                    return null;
                },
                () =>
                {
                    Forget(noted);
                    _mapper.Unmap(spent);
                }),
        ];
    }

    private FaultStep Reserving(string name, long length, Action<IovaReservation> keep)
    {
        IovaReservation kept = default;
        return new FaultStep(
            name,
            () =>
            {
                ReserveResult result = _mapper.Reserve(length, 0);
                if (!result.IsReserved) return result.Status.ToString();
                keep(kept = result.Reservation);
                return null;
            },
            () => _mapper.Release(kept));
    }

    private FaultStep Linking(string name, Func<IovaReservation> into, long offset, Pfn[] frames)
    {
        PfnSlice slice = new PfnBuffer(frames, PageSize.Size4K).Slice(0, frames.Length * 4096L);
        ulong noted = 0;
        return new FaultStep(
            name,
            () =>
            {
                MapResult result = _mapper.Link(into(), offset, slice.View, DmaDirection.Bidirectional, MapOptions.None);
                if (!result.IsMapped) return result.Status.ToString();
                noted = Note([new DmaSegment(into().Address + offset, slice.Length)], slice.View);
                return null;
            },
            () =>
            {
                Forget(noted);
                _mapper.Unlink(into(), offset, slice.Length);
            });
    }
}
