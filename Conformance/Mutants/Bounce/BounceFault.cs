using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Mutants;

/// <summary>
/// A fault of a bounce mapper, put around the library's own from the outside: the moments at which it interferes, each one left alone unless set.
/// </summary>
/// <param name="name">What it does wrong, in words joined by hyphens.</param>
/// <param name="breaks">The rule that does not hold any more.</param>
public sealed class BounceFault(string name, string breaks) : SpyParts
{
    /// <summary>What <see cref="Above"/> belongs to, which this thread asks for next.</summary>
    [ThreadStatic]
    private static BounceBelow? _below;

    /// <summary>What it does wrong.</summary>
    public string Name => name;

    /// <summary>The rule that does not hold any more.</summary>
    public string Breaks => breaks;

    /// <summary>What is bounced.</summary>
    internal Func<BounceMode, BounceMode>? Modes { get; init; }

    /// <summary>What the caller asked for.</summary>
    internal Func<DmaDirection, MapOptions, (DmaDirection Direction, MapOptions Options)>? Asking { get; init; }

    /// <summary>What the wrapped mapper is told.</summary>
    internal Func<MapOptions, MapOptions>? Vouching { get; init; }

    /// <summary>Slots are filled, and the device does not reach them yet.</summary>
    internal Action<BounceWork>? Placed { get; init; }

    /// <summary>The device reaches them, and the caller does not know yet.</summary>
    internal Action<BounceWork>? Reached { get; init; }

    /// <summary>The mapping is made.</summary>
    internal Action<BounceWork>? Mapped { get; init; }

    /// <summary>It is about to be ended.</summary>
    internal Action<BounceWork, IDmaMapper, MappingToken>? Ending { get; init; }

    /// <summary>It is ended.</summary>
    internal Action<BounceWork>? Ended { get; init; }

    /// <summary>The range that is synced for the CPU.</summary>
    internal Func<BounceWork, long, long, (long Offset, long Length)>? SyncingForCpu { get; init; }

    /// <summary>The range that is synced for the device.</summary>
    internal Func<BounceWork, long, long, (long Offset, long Length)>? SyncingForDevice { get; init; }

    /// <summary>Whether a mapping is refused since it would diverge.</summary>
    internal Func<BounceWork, bool>? Diverging { get; init; }

    /// <summary>Whether the wrapped mapper unmaps one mapping late.</summary>
    internal bool KeepsReach { get; init; }

    /// <summary>Whether a byte stays mapped after a refusal.</summary>
    internal bool KeepsWhenRefused { get; init; }

    /// <summary>Whether a byte stays mapped after a plan.</summary>
    internal bool KeepsWhenPlanned { get; init; }

    /// <inheritdoc/>
    public override BounceMode Mode(SpyDevice device, BounceMode mode) => Modes?.Invoke(mode) ?? mode;

    /// <inheritdoc/>
    public override IDmaMapper Below(SpyDevice device, SpyMemory memory, IDmaMapper inner) => _below = new BounceBelow(this, inner);

    /// <inheritdoc/>
    public override IDmaMapper Above(SpyDevice device, SpyMemory memory, IDmaMapper mapper) => new BounceAbove(this, device, memory, mapper, _below!);

    /// <inheritdoc/>
    public override string ToString() => name;
}
