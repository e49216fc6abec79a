using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A live mapping as the spy knows it.</summary>
internal sealed class SpyMapping(SpyStand stand, MappingToken token, DmaDirection direction, MapOptions options, int length)
{
    internal SpyStand Stand => stand;

    internal MappingToken Token => token;

    internal DmaDirection Direction => direction;

    internal int Length => length;

    internal bool DeviceWrites => (direction & DmaDirection.FromDevice) != 0;

    internal bool TakesTurns => (options & MapOptions.TakesTurns) != 0;

    internal List<SpyPiece> Pieces { get; } = [];

    public override string ToString() => $"{stand.Kind} {direction} {options}, {length} bytes";
}
