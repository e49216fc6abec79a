using System;

namespace DmaMapping;

/// <summary>A misuse that a <see cref="MappingChecker"/> found; thrown unless it was given somebody to tell instead.</summary>
public sealed class DmaMisuseException : InvalidOperationException
{
    /// <summary>Reports a misuse.</summary>
    /// <param name="report">The misuse.</param>
    /// <exception cref="ArgumentNullException">No report.</exception>
    public DmaMisuseException(MisuseReport report)
        : base(Throw.IfNull(report, nameof(report)).ToString(), report.Cause)
        => Report = report;

    /// <summary>Reports a misuse that nothing is known of.</summary>
    public DmaMisuseException()
    {
    }

    /// <summary>Reports a misuse in words.</summary>
    /// <param name="message">The words.</param>
    public DmaMisuseException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a misuse in words, with what led to it.</summary>
    /// <param name="message">The words.</param>
    /// <param name="innerException">What led to it.</param>
    public DmaMisuseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The misuse; null where only words were given.</summary>
    public MisuseReport? Report { get; }
}
