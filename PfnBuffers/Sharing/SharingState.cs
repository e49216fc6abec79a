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

    private readonly IReadOnlyList<Importer> _attached = [];
    private readonly IReadOnlyList<Holding> _holdings = [];

    /// <summary>A snapshot.</summary>
    /// <param name="exporter">Asked only for its length, its kind and its capacities.</param>
    /// <param name="policy">What is allowed.</param>
    /// <exception cref="ArgumentNullException">No exporter or no policy.</exception>
    /// <exception cref="ArgumentException">The exporter has no bytes, or more than 2^63 - 4097.</exception>
    public SharingState(IExporter exporter, SharingPolicy policy)
    {
        Exporter = Checked(exporter, nameof(exporter));
        Policy = Throw.IfNull(policy, nameof(policy));
    }

    /// <summary>An exporter whose bytes can be counted, and rounded up to frames.</summary>
    internal static IExporter Checked(IExporter exporter, string name)
    {
        long length = Throw.IfNull(exporter, name).Length;
        if (length < 1 || length > long.MaxValue - PageSize.Size4K.Bytes) Throw.Argument(name, $"{exporter.Name} exports {length} bytes; a buffer has 1 to 2^63 - 4097.");
        return exporter;
    }

    private SharingState(SharingState other)
    {
        Exporter = other.Exporter;
        Policy = other.Policy;
        Backing = other.Backing;
        _attached = other._attached;
        _holdings = other._holdings;
        Obstacle = other.Obstacle;
    }

    /// <summary>Who backs the buffer.</summary>
    public IExporter Exporter { get; }

    /// <summary>What is allowed.</summary>
    public SharingPolicy Policy { get; private init; }

    /// <summary>The frames; null while none are chosen.</summary>
    public PfnBuffer? Backing { get; init; }

    /// <summary>Those who are attached.</summary>
    /// <exception cref="ArgumentNullException">No list.</exception>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public IReadOnlyList<Importer> Attached
    {
        get => _attached;
        init => _attached = Throw.IfAnyNull(value, nameof(Attached));
    }

    /// <summary>What is held at this moment.</summary>
    /// <exception cref="ArgumentNullException">No list.</exception>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public IReadOnlyList<Holding> Holdings
    {
        get => _holdings;
        init => _holdings = Throw.IfAnyNull(value, nameof(Holdings));
    }

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
