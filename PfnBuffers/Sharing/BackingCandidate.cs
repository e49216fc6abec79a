using System.Collections.Generic;

namespace PfnBuffers;

/// <summary>Frames that could be asked for, and who would be bounced on them.</summary>
public sealed class BackingCandidate
{
    internal BackingCandidate(PlacementDemand demand, IReadOnlyList<string> bounced)
    {
        Demand = demand;
        Bounced = bounced;
    }

    /// <summary>What is asked of the frames.</summary>
    public PlacementDemand Demand { get; }

    /// <summary>Names of the importers whose own demand was left out, for they would be bounced.</summary>
    public IReadOnlyList<string> Bounced { get; }
}
