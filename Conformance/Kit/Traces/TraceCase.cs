using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>A trace: on what, with which devices, and what is done.</summary>
/// <param name="Backend">What it was found on; it can be played on any.</param>
/// <param name="Setting">The machine.</param>
/// <param name="Devices">The devices, by number.</param>
/// <param name="Steps">What is done.</param>
public sealed record TraceCase(TraceBackend Backend, TraceSetting Setting, IReadOnlyList<TraceDevice> Devices, IReadOnlyList<TraceStep> Steps)
{
    /// <summary>Why no machine is as <see cref="Setting"/> and <see cref="Devices"/> say; null where one is.</summary>
    public string? Obstacle => RandomCampaign.Obstacle(this, TraceBytes.OfThisThread);

    /// <summary>Plays it in a machine of its own.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    public string? Try() => RandomCampaign.Try(this, TraceBytes.OfThisThread, out _);

    /// <summary>The same machine, devices and steps.</summary>
    public bool Equals(TraceCase? other)
        => other is not null && Backend == other.Backend && Setting == other.Setting && Devices.SequenceEqual(other.Devices) && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override int GetHashCode() => Setting.GetHashCode() ^ Steps.Count;
}
