namespace PfnBuffers;

/// <summary>How one device would stand to a buffer that is not built yet. Immutable.</summary>
public sealed class ImporterForecast
{
    internal ImporterForecast(string name, Verdict verdict, long bouncedBytes, long segments, bool movesIfLate, RefusalCause? cause)
    {
        Name = name;
        Verdict = verdict;
        BouncedBytes = bouncedBytes;
        Segments = segments;
        MovesIfLate = movesIfLate;
        Cause = cause;
    }

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>Its verdict; where it is bounced, frames that happen to lie well may yet serve it in place.</summary>
    public Verdict Verdict { get; }

    /// <summary>Bytes that a mapping of the whole buffer would copy, at most.</summary>
    public long BouncedBytes { get; }

    /// <summary>Segments of a mapping of the whole buffer, at most; of one that maps in windows those of all windows.</summary>
    public long Segments { get; }

    /// <summary>Whether frames that are chosen before it attaches might not serve it, so that they would have to move, or it to be bounced.</summary>
    public bool MovesIfLate { get; }

    /// <summary>Why it is refused; null where it is not.</summary>
    public RefusalCause? Cause { get; }

    /// <summary>The forecast in one line.</summary>
    public override string ToString() => Cause is { } cause ? $"{Name}: {cause}" : $"{Name}: {Verdict}, at most {BouncedBytes} bytes bounced, {Segments} segments";
}
