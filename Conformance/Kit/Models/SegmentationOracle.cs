using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// The fewest segments for every prefix of a case, found by trying every segment that there could be. It looks at units
/// one by one, knows nothing of stretches, and shares no code with the segmenter.
/// </summary>
public sealed class SegmentationOracle
{
    /// <summary>What <see cref="Fewest"/> says of a prefix that cannot be cut at all.</summary>
    public const int Impossible = int.MaxValue;

    private readonly SegmentingCase _case;
    private readonly DmaConstraints _constraints;
    private readonly List<(ulong Address, int At, int HomeAt)> _units = [];
    private readonly int[] _fewest;

    /// <summary>Tries everything.</summary>
    /// <param name="one">The case.</param>
    /// <param name="ignoresWindow">Whether every address is taken to be reachable.</param>
    public SegmentationOracle(SegmentingCase one, bool ignoresWindow = false)
    {
        _case = one;
        _constraints = ignoresWindow ? one.Constraints with { Window = default } : one.Constraints;
        foreach (SegmentingPiece piece in one.Pieces)
        {
            for (int i = 0; i < piece.Length; i++) _units.Add((one.AddressOf(piece.At + i), piece.At + i, piece.HomeAt + i));
        }

        _fewest = new int[_units.Count + 1];
        for (int end = 1; end <= _units.Count; end++)
        {
            _fewest[end] = Impossible;
            for (int start = 0; start < end; start++)
            {
                if (_fewest[start] != Impossible && IsSegment(start, end)) _fewest[end] = Math.Min(_fewest[end], _fewest[start] + 1);
            }
        }
    }

    /// <summary>Units in the case.</summary>
    public int Total => _units.Count;

    /// <summary>The fewest segments that cover exactly the first so many units; <see cref="Impossible"/> where none do.</summary>
    public int Fewest(int units) => _fewest[units];

    /// <summary>The most units, counted from the first, that can be cut into at most so many segments.</summary>
    public int LongestPrefix(int segments)
    {
        int units = Total;
        while (_fewest[units] > segments) units--;
        return units;
    }

    /// <summary>Whether the device cannot reach a unit.</summary>
    public bool IsOutside(int unit)
        => _constraints.IsBottom
        || _units[unit].Address < _constraints.Window.First.Value
        || _units[unit].Address + (ulong)(_case.UnitBytes - 1) > _constraints.Window.Last.Value;

    /// <summary>Whether the units from start to end, end not included, are one segment that the device takes.</summary>
    private bool IsSegment(int start, int end)
    {
        int count = end - start;
        if (_constraints.IsBottom) return false;
        if (_case.MaxSize != 0 && count > _case.MaxSize) return false;
        if (count % _case.Granularity != 0) return false;
        ulong unit = (ulong)_case.UnitBytes;
        if (_units[start].Address / unit % (ulong)_case.Alignment != 0) return false;
        for (int i = start; i < end; i++)
        {
            if (IsOutside(i)) return false;
            if (_case.Kept != 0 && (_units[i].At - _units[i].HomeAt) % _case.Kept != 0) return false;
            if (i == start) continue;
            // 2^64 - 1 is followed by nothing: address 0 begins another segment.
            if (_units[i].Address == 0 || _units[i].Address != _units[i - 1].Address + unit) return false;
            if (_case.Boundary != 0 && _units[i].Address / unit % (ulong)_case.Boundary == 0) return false;
        }

        return true;
    }
}
