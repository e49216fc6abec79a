using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Pieces to cut and what limits the cutting, in an address space of 64 units: small enough to try everything. A unit is
/// 2^<see cref="Scale"/> bytes and unit 0 is at <see cref="Origin"/>, a multiple of 32 units, so that the same small
/// question is also asked of long segments and at the top of the address space, and has the same answer there.
/// </summary>
public sealed record SegmentingCase
{
    /// <summary>Units in the address space.</summary>
    public const int Units = 64;

    /// <summary>The address of unit 0; units may wrap past 2^64.</summary>
    public ulong Origin { get; init; }

    /// <summary>Base-2 logarithm of a unit's bytes.</summary>
    public int Scale { get; init; }

    /// <summary>What is given, in order.</summary>
    public SegmentingPiece[] Pieces { get; init; } = [];

    /// <summary>A power of two of units.</summary>
    public int Alignment { get; init; } = 1;

    /// <summary>Units, at least 1: no segment ends inside a unit.</summary>
    public int Granularity { get; init; } = 1;

    /// <summary>A power of two of units that no segment may cross a multiple of; 0 for no limit.</summary>
    public int Boundary { get; init; }

    /// <summary>Most units in a segment; 0 for no limit.</summary>
    public int MaxSize { get; init; }

    /// <summary>Bytes above <see cref="MaxSize"/> that are of no use, being less than a unit.</summary>
    public long SizeSlack { get; init; }

    /// <summary>Most segments; 0 for no limit.</summary>
    public int MaxCount { get; init; }

    /// <summary>Two units between which, both included, the window lies, in the order of their addresses; null for no limit.</summary>
    public (int A, int B)? Window { get; init; }

    /// <summary>A power of two of units; addresses keep their home's offset in it. 0 for no limit.</summary>
    public int Kept { get; init; }

    /// <summary>Whether the constraints are bottom.</summary>
    public bool IsBottom { get; init; }

    /// <summary>Length of the caller's span.</summary>
    public int Capacity { get; init; }

    /// <summary>Bytes in a unit.</summary>
    public long UnitBytes => 1L << Scale;

    /// <summary>All bytes, in units.</summary>
    public int TotalUnits => Pieces.Sum(piece => piece.Length);

    /// <summary>The limits in bytes.</summary>
    public DmaConstraints Constraints
    {
        get
        {
            if (IsBottom) return DmaConstraints.Bottom;
            DmaWindow window = default;
            if (Window is (int a, int b))
            {
                ulong one = AddressOf(a), other = AddressOf(b);
                window = new DmaWindow(new DmaAddress(Math.Min(one, other)), new DmaAddress(Math.Max(one, other) + (ulong)UnitBytes - 1));
            }

            return new DmaConstraints
            {
                Window = window,
                MaxSegmentSize = MaxSize == 0 ? 0 : (MaxSize * UnitBytes) + SizeSlack,
                MaxSegmentCount = MaxCount,
                SegmentBoundaryMask = Boundary == 0 ? 0 : ((ulong)Boundary << Scale) - 1,
                Alignment = Alignment == 1 ? 1 : (ulong)Alignment << Scale,
                Granularity = (long)Granularity << Scale,
                OffsetPreservingMask = Kept == 0 ? 0 : ((ulong)Kept << Scale) - 1,
            };
        }
    }

    /// <summary>Address of a unit as the device sees it.</summary>
    public ulong AddressOf(int unit) => Origin + ((ulong)unit << Scale);

    /// <summary>The pieces in bytes, as the device sees them.</summary>
    public IEnumerable<DmaSegment> InBytes() => Pieces.Select(piece => new DmaSegment(new DmaAddress(AddressOf(piece.At)), (long)piece.Length << Scale));

    /// <inheritdoc/>
    public override string ToString()
        => $"pieces {string.Join(" ", Pieces)} from 0x{Origin:x} in units of {UnitBytes}, a span of {Capacity}, {Constraints}";
}
