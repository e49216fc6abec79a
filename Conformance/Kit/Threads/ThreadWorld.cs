using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What threads share: mappers over a space of eight granules and a pool of four slots, fewer than they want.</summary>
internal sealed class ThreadWorld : IDisposable
{
    private const int HomesOfAThread = 4;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(2 << 20);
    private readonly Pfn[] _homes = new Pfn[8 * HomesOfAThread];
    private readonly IommuDomain _domain;
    private readonly BouncePool _pool;
    private readonly BounceMapper _bounced;
    private readonly DirectMapper _direct;
    private readonly IommuMapper _translated;

    internal ThreadWorld()
    {
        if (!_machine.Frames.TryAllocate(_homes, PageSize.Size4K, default)) throw new InvalidOperationException("No frames for homes.");
        var iommu = new EmulatedIommu(_machine);
        _domain = new IommuDomain(_machine, _machine.Frames, iommu, new DmaWindow(new DmaAddress(0x10_0000), new DmaAddress(0x10_7FFF)));
        _pool = new BouncePool(_machine, _machine.Frames, 4 << 12);
        _direct = new DirectMapper(new DmaDevice("direct", new RequesterId(0, 1, 0)));
        _bounced = new BounceMapper(new DirectMapper(new DmaDevice("bounced", new RequesterId(0, 2, 0))), _pool, BounceMode.Everything);
        _translated = new IommuMapper(new DmaDevice("translated", new RequesterId(0, 3, 0)), _domain);
        Mappers = [_direct, _bounced, _translated];
    }

    internal IReadOnlyList<IDmaMapper> Mappers { get; }

    internal IDmaMapper Translated => _translated;

    internal IDmaMapper Bounced => _bounced;

    internal MappingToken MapOne(IDmaMapper mapper, int thread, int frames, out bool isMapped) => MapOne(mapper, thread, frames, out isMapped, out _);

    /// <summary>Maps frames of a thread's own for reading, so that nobody's bytes are in anybody's way.</summary>
    internal MappingToken MapOne(IDmaMapper mapper, int thread, int frames, out bool isMapped, out DmaSegment segment)
    {
        Span<DmaSegment> segments = stackalloc DmaSegment[1];
        MapResult result = mapper.Map(new PfnView(_homes.AsSpan(thread * HomesOfAThread, frames), PageSize.Size4K), DmaDirection.ToDevice, segments, MapOptions.None);
        isMapped = result.IsMapped;
        segment = segments[0];
        return result.Token;
    }

    internal SharedBuffer NewBuffer() => new(new SystemMemoryExporter("shared", _machine, 4096));

    /// <summary>What is left when everybody has given everything back; null where nothing is.</summary>
    internal string? Left()
    {
        int live = _direct.LiveMappings + _bounced.LiveMappings + _domain.LiveMappings;
        if (live != 0) return FormattableString.Invariant($"{live} mappings are live when all have ended");
        if (_pool.FreeBytes != _pool.Capacity) return FormattableString.Invariant($"{_pool.Capacity - _pool.FreeBytes} bytes of slots are taken when all mappings have ended");
        return _domain.FreeIovaBytes == 0x8000 ? null : FormattableString.Invariant($"0x{_domain.FreeIovaBytes:x} bytes of addresses are free of 0x8000 when all mappings have ended");
    }

    public void Dispose()
    {
        _pool.Dispose();
        _domain.Dispose();
    }
}
