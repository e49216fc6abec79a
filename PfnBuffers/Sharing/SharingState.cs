using System;
using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// All that deciding looks at, beside the newcomer: what the exporter could give, the frames if there are any, who is attached,
/// who holds bytes, and the policy. A snapshot, immutable.
/// </summary>
public sealed class SharingState
{
    /// <summary>The name by which the CPU's own access is told of.</summary>
    public const string Cpu = "the CPU";

    /// <summary>Whose the policy is.</summary>
    internal const string Buffer = "the buffer";

    /// <summary>A snapshot.</summary>
    /// <param name="exporter">Asked only for its length, its kind and its capacities.</param>
    /// <param name="policy">What is allowed.</param>
    /// <exception cref="ArgumentNullException">No exporter or no policy.</exception>
    public SharingState(IExporter exporter, SharingPolicy policy)
    {
        Exporter = Throw.IfNull(exporter, nameof(exporter));
        Policy = Throw.IfNull(policy, nameof(policy));
    }

    private SharingState(SharingState other)
    {
        Exporter = other.Exporter;
        Policy = other.Policy;
        Backing = other.Backing;
        Attached = other.Attached;
        Holdings = other.Holdings;
        Obstacle = other.Obstacle;
    }

    /// <summary>Who backs the buffer.</summary>
    public IExporter Exporter { get; }

    /// <summary>What is allowed.</summary>
    public SharingPolicy Policy { get; private init; }

    /// <summary>The frames; null while none are chosen.</summary>
    public PfnBuffer? Backing { get; init; }

    /// <summary>Those who are attached.</summary>
    public IReadOnlyList<Importer> Attached { get; init; } = [];

    /// <summary>What is held at this moment.</summary>
    public IReadOnlyList<Holding> Holdings { get; init; } = [];

    /// <summary>What stood in the way of a move when it was tried; the default value where none was.</summary>
    public MoveObstacle Obstacle { get; init; }

    /// <summary>Who holds bytes and may not be moved, by name: pinned, or silent when asked.</summary>
    internal IEnumerable<Holding> Pinned => Holdings.Where(one => !one.IsMovable || Obstacle.IsSilent(one.Holder));

    /// <summary>The same, for good: with frames that nobody gives back.</summary>
    internal SharingState Keep() => new(this) { Backing = Backing?.Keep() };

    internal SharingState With(SharingPolicy policy) => new(this) { Policy = policy };

    internal SharingState With(MoveObstacle obstacle) => new(this) { Obstacle = obstacle };

    internal SharingState WithoutHoldingsOf(string holder) => new(this) { Holdings = [.. Holdings.Where(one => one.Holder != holder)] };

    internal SharingState WithoutImporter(string name)
        => new(this) { Attached = [.. Attached.Where(one => one.Name != name)], Holdings = [.. Holdings.Where(one => one.Holder != name)] };
}
