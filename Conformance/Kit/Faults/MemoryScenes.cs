using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Coherent memory for devices with and without an IOMMU.</summary>
internal sealed class CoherentScene : FaultScene
{
    private readonly IDmaMapper _translated;
    private readonly IDmaMapper _direct;

    internal CoherentScene()
    {
        _translated = new FaultyMapper(new IommuMapper(new DmaDevice("ring", new RequesterId(1)), Domain), MapRefused, MapThrows);
        _direct = new FaultyMapper(new DirectMapper(new DmaDevice("queue", new RequesterId(2), new DmaConstraints { Window = DmaWindow.OfBits(32) })), MapRefused, MapThrows);
    }

    internal override IEnumerable<FaultStep> Steps() => [Allocating("a ring", _translated, 5), Allocating("a queue", _direct, 3), Allocating("a mailbox", _translated, 1)];

    private FaultStep Allocating(string name, IDmaMapper mapper, int pages)
    {
        CoherentMemory? memory = null;
        ulong noted = 0;
        return new FaultStep(
            $"allocating {name}",
            () =>
            {
                MapStatus status = CoherentMemory.TryAllocate(mapper, Memory, Homes, pages * 4096L, out memory);
                if (status != MapStatus.Mapped) return status.ToString();
                if (mapper == _translated) noted = Note([new DmaSegment(memory!.Address, memory.Length)], ViewOf(memory.Address, pages).View);
                return null;
            },
            () =>
            {
                Forget(noted);
                memory!.Dispose();
            });
    }

    /// <summary>Which frames it got nobody says: their addresses are taken from the first, read from the tables, and must follow each other.</summary>
    private PfnSlice ViewOf(DmaAddress address, int pages)
    {
        ulong first = Format.Walker.Granules(Raw, Domain.RootTable)[address.Value].Physical >> 12;
        return new PfnBuffer(Run(first, pages), PageSize.Size4K).Slice(0, pages * 4096L);
    }
}

/// <summary>Making domains and pools, which is refused by an exception: there is nothing yet that could have a status.</summary>
internal sealed class CreationScene : FaultScene
{
    internal override IEnumerable<FaultStep> Steps() =>
    [
        Making("no domain", () => new IommuDomain(Memory, Tables, new FaultyHardware(Knowing, HardwareThrows), new IommuDomainOptions { Aperture = new DmaWindow(new DmaAddress(0x12_3000), new DmaAddress(0x45_6789_AFFF)) })),
        Making("no pool", () => new BouncePool(Memory, Slots, 7 * 4096)),
        Making("no domain", () => new IommuDomain(Memory, Tables, new FaultyHardware(Knowing, HardwareThrows), new IommuDomainOptions { Format = PageTableFormat.ArmStage1 })),
    ];

    private static FaultStep Making(string none, Func<IDisposable> make)
    {
        IDisposable? made = null;
        return new FaultStep(
            none,
            () =>
            {
                try
                {
                    made = make();
                    return null;
                }
                catch (InvalidOperationException thrown)
                {
                    return $"{none}: {thrown.Message}";
                }
            },
            () => made!.Dispose());
    }
}
