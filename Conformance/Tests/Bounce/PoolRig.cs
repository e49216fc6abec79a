using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A bounce pool, where its frames come from, and devices of 32 bits that use it.</summary>
internal sealed class PoolRig
{
    internal const long Slot = 4096;

    private int _requesters = 1;

    /// <summary>A pool of one size.</summary>
    internal PoolRig(int slots)
        : this(slots, slots)
    {
    }

    /// <summary>A pool that may grow.</summary>
    /// <param name="slots">Slots at first.</param>
    /// <param name="most">Slots at most.</param>
    /// <param name="growBy">Slots that it grows by; as many as at first unless given.</param>
    /// <param name="source">Frames that the source has; as many as the pool may have unless given.</param>
    /// <param name="skipped">Frames that somebody else has, the first ones of the source.</param>
    internal PoolRig(int slots, int most, int growBy = 0, int source = 0, int skipped = 0)
    {
        Source = new FrameAllocator(new PhysicalAddress(RigMemory.Pool), ((source == 0 ? most : source) + skipped) * Slot);
        if (skipped > 0 && !Source.TryAllocate(skipped, new Placement { Last = new PhysicalAddress(RigMemory.Pool + (ulong)(skipped * Slot) - 1) }, out _)) throw new InvalidOperationException("no frames to skip");
        Pool = new BouncePool(Memory, Source, new BouncePoolOptions { Length = slots * Slot, MostLength = most * Slot, GrowBy = growBy * Slot });
    }

    internal SparseMemory Memory { get; } = RigMemory.Create();

    internal FrameAllocator Source { get; }

    internal BouncePool Pool { get; }

    internal long FreeSlots => Pool.FreeBytes / Slot;

    /// <summary>A device of 32 bits, and its mapper.</summary>
    internal BounceMapper Mapper(DmaConstraints rules = default, string name = "device", BounceMode mode = BounceMode.WhatMust)
        => new(new DirectMapper(Device(rules, name)), Pool, mode);

    internal DmaDevice Device(DmaConstraints rules = default, string name = "device")
        => new(name, new RequesterId((ushort)_requesters++), rules with { Window = DmaWindow.OfBits(32) });

    /// <summary>Whole frames that such a device does not reach.</summary>
    internal static PfnBuffer High(int first, int count, int step = 1) => new(Given.Frames((RigMemory.StartOf(HomeArea.High) >> 12) + (ulong)first, count, step), PageSize.Size4K);

    /// <summary>Whole frames that it does reach.</summary>
    internal static PfnBuffer Low(int first, int count, int step = 1) => new(Given.Frames((RigMemory.StartOf(HomeArea.Low) >> 12) + (ulong)first, count, step), PageSize.Size4K);

    /// <summary>The slots of a mapping.</summary>
    internal static MappingToken Map(IDmaMapper mapper, PfnBuffer buffer, out ulong[] slots, DmaDirection direction = DmaDirection.Bidirectional)
    {
        var segments = new DmaSegment[buffer.View.Frames.Length];
        MapResult result = mapper.Map(buffer.View, direction, segments, MapOptions.None);
        if (!result.IsMapped) throw new InvalidOperationException(result.ToString());
        slots = SlotsOf(segments.AsSpan(0, result.SegmentCount));
        return result.Token;
    }

    /// <inheritdoc cref="Map(IDmaMapper, PfnBuffer, out ulong[], DmaDirection)"/>
    internal static MappingToken Map(IDmaMapper mapper, PfnBuffer buffer) => Map(mapper, buffer, out _);

    /// <summary>What mapping answers, where it is not kept.</summary>
    internal static MapResult Try(IDmaMapper mapper, PfnBuffer buffer, DmaDirection direction = DmaDirection.Bidirectional)
    {
        MapResult result = mapper.Map(buffer.View, direction, new DmaSegment[buffer.View.Frames.Length], MapOptions.None);
        if (result.IsMapped) mapper.Unmap(result.Token);
        return result;
    }

    internal static ulong[] SlotsOf(ReadOnlySpan<DmaSegment> segments)
        => [.. segments.ToArray().SelectMany(one => Enumerable.Range(0, (int)((one.Length + Slot - 1) / Slot)).Select(i => (one.Address.Value / Slot) + (ulong)i))];
}
