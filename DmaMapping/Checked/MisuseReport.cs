using System;

namespace DmaMapping;

/// <summary>One misuse: who did what, what was found instead, where the mapping came from, and what to do. Immutable.</summary>
public sealed class MisuseReport
{
    internal MisuseReport(MisuseKind kind, string device, string wanted, string found, string advice, DriverSite here)
    {
        Kind = kind;
        Device = device;
        Wanted = wanted;
        Found = found;
        Advice = advice;
        Here = here;
    }

    /// <summary>What was done wrong.</summary>
    public MisuseKind Kind { get; }

    /// <summary>The name of the device whose mapping or access it is about.</summary>
    public string Device { get; }

    /// <summary>What was attempted.</summary>
    public string Wanted { get; }

    /// <summary>What stands against it, with the mapping's creation site.</summary>
    public string Found { get; }

    /// <summary>What to do instead.</summary>
    public string Advice { get; }

    /// <summary>Where it was attempted.</summary>
    public DriverSite Here { get; }

    /// <summary>Where the mapping, link or reservation was made that it is about; null where there is none.</summary>
    public DriverSite? Created { get; internal init; }

    /// <summary>Where that one ended; null where it lives, or there is none.</summary>
    public DriverSite? Ended { get; internal init; }

    /// <summary>What the mapper threw; null where it was not asked, or has no objection.</summary>
    public Exception? Cause { get; internal init; }

    /// <summary>All of it in one line.</summary>
    public override string ToString() => $"{Device}: {Wanted} by {Here}; {Found}. {Advice}.";
}
