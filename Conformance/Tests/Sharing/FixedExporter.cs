using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Backs a buffer with frames that are there already, of any kind, and serves every demand that they can.</summary>
internal sealed class FixedExporter(IPhysicalMemory memory, PfnBuffer backing, MemoryKind kind = MemoryKind.PageBacked) : IExporter
{
    public string Name => "fixed";

    public long Length => backing.Length;

    public MemoryKind Kind => kind;

    public IPhysicalMemory Memory => memory;

    private bool IsTaken { get; set; }

    public bool Released { get; private set; }

    public bool CanBack(in PlacementDemand demand) => !demand.IsBottom && (kind == MemoryKind.PageBacked || !demand.NeedsPages);

    public bool TryBack(in PlacementDemand demand, out PfnBuffer? given)
    {
        given = IsTaken ? null : backing;
        return !IsTaken && (IsTaken = true);
    }

    public void Release(PfnBuffer released) => IsTaken = !(Released = true);
}
