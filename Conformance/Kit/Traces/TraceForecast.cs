using System.Linq;
using DmaMapping;

namespace Conformance;

/// <summary>What may come of mapping: one way where that is determined, else what is justified.</summary>
internal struct TraceForecast
{
    private int _allowed;

    /// <summary>Segments that there must be; -1 where that is left open.</summary>
    internal int Count { get; set; }

    /// <summary>Bytes that must be mapped; -1 where that is left open.</summary>
    internal long Length { get; set; }

    /// <summary>Whether there is only one way.</summary>
    internal readonly bool IsDetermined => (_allowed & (_allowed - 1)) == 0;

    internal static TraceForecast Of(MapStatus status, int count = -1, long length = -1) => new() { _allowed = 1 << (int)status, Count = count, Length = length };

    internal readonly bool Allows(MapStatus status) => (_allowed >> (int)status & 1) != 0;

    internal readonly TraceForecast Or(MapStatus status) => this with { _allowed = _allowed | (1 << (int)status) };

    internal readonly TraceForecast Without(MapStatus status) => this with { _allowed = _allowed & ~(1 << (int)status) };

    internal readonly TraceForecast OrIf(bool holds, MapStatus status) => holds ? Or(status) : this;

    public override readonly string ToString()
    {
        int allowed = _allowed;
        string names = string.Join(" or ", Enumerable.Range(0, 32).Where(status => (allowed >> status & 1) != 0).Select(status => (MapStatus)status));
        return Count < 0 ? names : $"{names}, {Length} bytes in {Count} segments";
    }
}
