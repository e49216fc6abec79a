using System;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>An exporter of bytes that are nowhere: it only answers what deciding asks.</summary>
internal sealed class PaperExporter : IExporter
{
    /// <summary>Bytes of a buffer unless it says another number.</summary>
    internal const long Usual = 8 * 4096;

    /// <summary>Whether there are frames for a demand that can be met at all; the answer to every one unless <see cref="Asked"/> is given.</summary>
    internal bool Can { get; init; } = true;

    /// <summary>Whether there are frames for a demand.</summary>
    internal Func<PlacementDemand, bool>? Asked { get; init; }

    public string Name { get; init; } = "paper";

    public long Length { get; init; } = Usual;

    public MemoryKind Kind { get; init; } = MemoryKind.PageBacked;

    public IPhysicalMemory Memory => throw new NotSupportedException();

    public bool CanBack(in PlacementDemand demand) => Can && !demand.IsBottom && (Asked?.Invoke(demand) ?? true);

    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing) => throw new NotSupportedException();

    public void Release(PfnBuffer backing) => throw new NotSupportedException();
}
