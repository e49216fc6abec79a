extern alias BenchProgram;

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using BenchProgram::Bench;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>The Linux-shaped baseline of the benchmarks with a device of given limits, and its tables as memory that a walker reads.</summary>
internal sealed class LinuxRig
{
    private const int MachineFrames = 1 << 20;

    private static readonly MemoryMap Pages = new(MachineFrames);

    private readonly Pfn[] _frames;
    private readonly ulong[] _pages;
    private readonly uint _offset;
    private readonly uint _longest;
    private readonly LinuxMapper _mapper;
    private readonly SgTable _table;

    internal LinuxRig(Pfn[] frames, uint offset = 0, uint tail = 0, uint longest = uint.MaxValue, ulong boundaryMask = uint.MaxValue)
    {
        _frames = frames;
        _pages = MemoryMap.PagesOf(frames);
        _offset = offset;
        _longest = longest;
        Length = ((long)frames.Length << 12) - offset - tail;
        Pool = new ScatterlistPool(frames.Length);
        Tables = new TablePool((frames.Length / 512 * 2) + 16);
        Domain = new LinuxDomain(Tables, Iotlb, 1);
        Addresses = new LinuxIovaAllocator();
        _mapper = new LinuxMapper(Domain, Addresses, coherent: true, longest, boundaryMask);
        _table = new SgTable(Pages, Pool);
    }

    internal CountingIotlb Iotlb { get; } = new();

    internal ScatterlistPool Pool { get; }

    internal TablePool Tables { get; }

    internal LinuxDomain Domain { get; }

    internal LinuxIovaAllocator Addresses { get; }

    /// <summary>Bytes of the buffer.</summary>
    internal long Length { get; }

    /// <summary>Builds and maps.</summary>
    internal List<DmaSegment> Map()
    {
        _table.Build(_pages, _offset, (ulong)Length, _longest);
        int count = _mapper.Map(_table);
        var segments = new DmaSegment[count];
        LinuxMapper.CopySegments(_table, segments);
        return [.. segments];
    }

    /// <summary>Unmaps and frees.</summary>
    internal void Unmap()
    {
        _mapper.Unmap(_table);
        _table.Free();
    }

    /// <summary>What the tables lead to, as the specification reads them.</summary>
    internal SortedDictionary<ulong, ReachablePage> Reachable() => new VtdWalker(4).Granules(new TableBytes(Tables), new PhysicalAddress(Domain.Table.RootAddress));

    /// <summary>The physical address of a byte of the buffer, found a frame at a time.</summary>
    internal ulong HomeOf(long at) => (_frames[(int)((at + _offset) >> 12)].Value << 12) | ((ulong)(at + _offset) & 4095);

    private sealed class TableBytes(TablePool tables) : IPhysicalMemory
    {
        public MemoryRegion RegionAt(PhysicalAddress address) => new(default, tables.Words.Length * 8L, MemoryKind.PageBacked);

        public Span<byte> Access(PhysicalAddress address, long length) => MemoryMarshal.AsBytes(tables.Words.AsSpan()).Slice((int)address.Value, (int)length);
    }
}
