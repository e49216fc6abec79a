namespace Conformance;

/// <summary>How calls came out.</summary>
public sealed class CallersTally
{
    /// <summary>Calls made.</summary>
    public long Calls { get; internal set; }

    /// <summary>Calls that threw what is documented.</summary>
    public long Exceptions { get; internal set; }

    /// <summary>Calls that were refused by a status.</summary>
    public long Statuses { get; internal set; }

    /// <summary>Calls that there was nothing wrong with.</summary>
    public long Returned { get; internal set; }

    /// <summary>Calls that did what no call may.</summary>
    public long Violations { get; internal set; }

    /// <summary>The member whose call took longest, its judging included.</summary>
    public string Slowest { get; private set; } = string.Empty;

    /// <summary>How long that took, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long SlowestTicks { get; private set; }

    internal void Note(string member, long ticks)
    {
        if (ticks > SlowestTicks) (Slowest, SlowestTicks) = (member, ticks);
    }
}
