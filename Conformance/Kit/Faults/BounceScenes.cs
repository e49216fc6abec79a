using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A pool that grows, for a device that reaches little: mappings of more and more slots, a reservation, a prefix.</summary>
internal sealed class GrowingPoolScene : FaultScene
{
    private readonly BounceMapper _mapper;

    internal GrowingPoolScene()
    {
        Pool = new BouncePool(Memory, Slots, new BouncePoolOptions { Length = 4 * 4096, MostLength = 64 * 4096, GrowBy = 3 * 4096, Name = "growing" });
        var device = new DmaDevice("growing", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(28) });
        _mapper = new BounceMapper(new FaultyMapper(new DirectMapper(device), MapRefused, MapThrows), Pool);
    }

    internal override IEnumerable<FaultStep> Steps()
    {
        BounceReservation reserved = default;
        return
        [
            Bouncing("bouncing three slots", 0x11_0000, 3),
            Bouncing("bouncing six slots", 0x12_0000, 6),
            Mapping("mapping in place", _mapper, new PfnBuffer(Run(0x8000, 2), PageSize.Size4K).Slice(0, 8192), DmaDirection.FromDevice, inDomain: false),
            Bouncing("bouncing seventeen slots", 0x13_0000, 17),
            new FaultStep("reserving slots", () => _mapper.TryReserve(5 * 4096, out reserved) ? null : "NoBounceSpace", () => _mapper.Release(reserved)),
            Mapping("mapping what is partly out of reach", _mapper, new PfnBuffer([new Pfn(0x9000), new Pfn(0x14_0000), new Pfn(0x9002)], PageSize.Size4K).Slice(100, 12000), DmaDirection.Bidirectional, inDomain: false),
        ];
    }

    private FaultStep Bouncing(string name, ulong first, int frames)
        => Mapping(name, _mapper, new PfnBuffer(Run(first, frames, 2), PageSize.Size4K).Slice(0, frames * 4096L), DmaDirection.Bidirectional, inDomain: false);
}

/// <summary>A device that is not trusted, behind an IOMMU: edges in slots, in one step and in two, and a plane.</summary>
internal sealed class EdgeScene : FaultScene
{
    private readonly ReservingBounceMapper _mapper;
    private readonly PlaneMapper _planes;

    internal EdgeScene(string format)
        : base(format, isTrusted: false)
    {
        Pool = new BouncePool(Memory, Slots, new BouncePoolOptions { Length = 2 * 4096, MostLength = 24 * 4096, GrowBy = 4096, Name = "edges" });
        _mapper = new ReservingBounceMapper(new FaultyReservingMapper(new IommuMapper(new DmaDevice("guest", new RequesterId(1)) { IsTrusted = false }, Domain), MapRefused, MapThrows), Pool);
        _planes = new PlaneMapper(_mapper);
    }

    internal override IEnumerable<FaultStep> Steps()
    {
        IovaReservation room = default;
        ulong linked = 0;
        PfnSlice links = new PfnBuffer(Run(0x1_2000, 600, 2), PageSize.Size4K).Slice(10, (599 * 4096) + 20);
        return
        [
            Mapping("mapping with edges", _mapper, new PfnBuffer(Run(0x1_1000, 3, 2), PageSize.Size4K).Slice(100, 9000), DmaDirection.FromDevice, edgesAreCopies: true),
            new FaultStep(
                "reserving edges",
                () =>
                {
                    ReserveResult result = _mapper.Reserve(4 << 20, 6);
                    room = result.Reservation;
                    return result.IsReserved ? null : result.Status.ToString();
                },
                () => _mapper.Release(room)),
            new FaultStep(
                "linking with edges",
                () =>
                {
                    MapResult result = _mapper.Link(room, 10, links.View, DmaDirection.Bidirectional, MapOptions.None);
                    if (!result.IsMapped) return result.Status.ToString();
                    linked = Note([new DmaSegment(room.Address + 10, links.Length)], links.View, edgesAreCopies: true);
                    return null;
                },
                () =>
                {
                    Forget(linked);
                    _mapper.Unlink(room, 10, links.Length);
                }),
            Mapping("mapping over tables with edges", _mapper, new PfnBuffer(Run(0x1_4000, 530, 2), PageSize.Size4K).Slice(1, (530 * 4096) - 2), DmaDirection.Bidirectional, edgesAreCopies: true),
            Plane(),
        ];
    }

    private FaultStep Plane()
    {
        PfnSlice picture = new PfnBuffer(Run(0x1_6000, 12), PageSize.Size4K).Slice(0, 12 * 4096);
        MappingToken token = default;
        var noted = new List<ulong>();
        return new FaultStep(
            "mapping a plane",
            () =>
            {
                var segments = new DmaSegment[16];
                MapResult result = _planes.Map(picture.View, new Plane(64, 500, 8192, 5), 0, DmaDirection.Bidirectional, segments);
                if (!result.IsMapped) return result.Status.ToString();
                token = result.Token;
                for (int line = 0; line < result.SegmentCount; line++) noted.Add(Note(segments.Skip(line).Take(1), picture.View.Slice(64 + (line * 8192), 500), edgesAreCopies: true));
                return null;
            },
            () =>
            {
                foreach (ulong one in noted) Forget(one);
                noted.Clear();
                _planes.Unmap(token);
            });
    }
}
