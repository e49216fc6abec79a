using System;

namespace PfnBuffers;

/// <summary>Somebody who has bytes of a shared buffer at this moment: mapped, as raw pfns, or open to the CPU. Immutable.</summary>
public sealed class Holding
{
    /// <summary>Something held.</summary>
    /// <param name="holder">The attachment's name, or <c>the CPU</c>.</param>
    /// <param name="kind">How it is held.</param>
    /// <param name="isMovable">Whether the frames may change under it, once it is told.</param>
    /// <param name="isBounced">Whether the holder's verdict is to be bounced.</param>
    /// <exception cref="ArgumentNullException">No name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such kind.</exception>
    public Holding(string holder, HoldingKind kind, bool isMovable, bool isBounced)
    {
        Holder = Throw.IfNull(holder, nameof(holder));
        if (kind is < HoldingKind.Mapping or > HoldingKind.CpuAccess) Throw.OutOfRange(nameof(kind), kind, "it must be Mapping, Pfns or CpuAccess");
        Kind = kind;
        IsMovable = isMovable;
        IsBounced = isBounced;
    }

    /// <summary>The attachment's name, or <c>the CPU</c>.</summary>
    public string Holder { get; }

    /// <summary>How it is held.</summary>
    public HoldingKind Kind { get; }

    /// <summary>Whether the frames may change under it, once it is told.</summary>
    public bool IsMovable { get; }

    /// <summary>Whether the holder's verdict is to be bounced.</summary>
    public bool IsBounced { get; }
}
