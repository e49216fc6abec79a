using PfnBuffers;

namespace Bench;

/// <summary>Backs a shared buffer with frames that are given once and stay: only devices that they serve are served.</summary>
internal sealed class GivenFrames(IPhysicalMemory memory, PfnBuffer frames) : IExporter
{
    /// <inheritdoc/>
    public string Name => "given";

    /// <inheritdoc/>
    public long Length => frames.Length;

    /// <inheritdoc/>
    public MemoryKind Kind => MemoryKind.PageBacked;

    /// <inheritdoc/>
    public IPhysicalMemory Memory => memory;

    /// <inheritdoc/>
    public bool CanBack(in PlacementDemand demand)
    {
        foreach (FrameRun run in frames.View.Runs)
        {
            if (!demand.Placement.Allows(run.Address, run.Length)) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        backing = CanBack(demand) ? frames : null;
        return backing is not null;
    }

    /// <inheritdoc/>
    public void Release(PfnBuffer backing)
    {
    }
}
