using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>A mapping, a hold of pfns or an open access by the CPU that was live when a report was taken. Immutable.</summary>
public sealed class UseReport
{
    internal UseReport(in LiveUse use, IReadOnlyList<TurnReport> openTurns)
    {
        Owner = use.Owner;
        Kind = use.Kind;
        Plane = use.Plane;
        Offset = use.Plane.IsEmpty ? use.Offset : use.Pieces.OffsetOf(0);
        Length = use.Length;
        Access = use.Direction.DeviceAccess();
        BouncedBytes = use.BouncedBytes;
        OpenTurns = openTurns;
        IsRevoked = use.IsRevoked;
    }

    /// <summary>The attachment's name, or <c>the CPU</c>.</summary>
    public string Owner { get; }

    /// <summary>How the bytes were held.</summary>
    public HoldingKind Kind { get; }

    /// <summary>The plane that the bytes are lines of, or of its rest; empty for a range.</summary>
    public Plane Plane { get; }

    /// <summary>Offset of the first byte in the buffer.</summary>
    public long Offset { get; }

    /// <summary>Bytes; those of a plane's lines, without what is between.</summary>
    public long Length { get; }

    /// <summary>What the owner might do to them: for a device the direction of its mapping.</summary>
    public MemoryAccess Access { get; }

    /// <summary>How many of the bytes the owner had as a copy.</summary>
    public long BouncedBytes { get; }

    /// <summary>The turns that were open on it; empty for who takes none.</summary>
    public IReadOnlyList<TurnReport> OpenTurns { get; }

    /// <summary>Whether the mapping was ended under its owner, who had not yet unmapped.</summary>
    public bool IsRevoked { get; }

    /// <summary>The use as <c>camera: Mapping of 0 + 4096, Write</c>.</summary>
    public override string ToString() => $"{Owner}: {Kind} of {Offset} + {Length}, {Access}";
}
