using System.Collections.Generic;
using System.Linq;

namespace PfnBuffers;

/// <summary>
/// One way of sharing a buffer that is not built yet: who exports it, on which frames, how everybody would stand, and what it
/// would cost. Costs are upper bounds: frames that happen to lie better cost less. Immutable.
/// </summary>
public sealed class SharingOption
{
    internal SharingOption(IExporter exporter, PlacementDemand demand, IReadOnlyList<ImporterForecast> importers)
    {
        Exporter = exporter;
        Demand = demand;
        Importers = importers;
    }

    /// <summary>Who would export.</summary>
    public IExporter Exporter { get; }

    /// <summary>What would be asked of the frames; <see cref="PlacementDemand.Bottom"/> where no frames serve everybody.</summary>
    public PlacementDemand Demand { get; }

    /// <summary>How everybody would stand, by name.</summary>
    public IReadOnlyList<ImporterForecast> Importers { get; }

    /// <summary>Whether everybody would be served.</summary>
    public bool ServesAll => Importers.All(one => one.Verdict != Verdict.Refused);

    /// <summary>Bytes that would be copied each time everybody maps the whole buffer once, at most.</summary>
    public long BouncedBytes => Importers.Sum(one => one.BouncedBytes);

    /// <summary>Segments that everybody together would get for the whole buffer, at most.</summary>
    public long Segments => Importers.Sum(one => one.Segments);

    /// <summary>Devices for whom frames chosen before they attach might not do: each may cost a move, or copies in its place, that attaching before the first mapping saves.</summary>
    public int MovesIfLate => Importers.Count(one => one.MovesIfLate);

    /// <summary>The option in one line, as <c>ram, contiguous frames in 0x0-0xffffffff: at most 0 bytes bounced, 3 segments, moves if late: 1</c>.</summary>
    public override string ToString()
        => ServesAll
            ? $"{Exporter.Name}, {Demand}: at most {BouncedBytes} bytes bounced, {Segments} segments, moves if late: {MovesIfLate}"
            : $"{Exporter.Name} does not serve {string.Join(", ", Importers.Where(one => one.Verdict == Verdict.Refused).Select(one => one.Name))}";
}
