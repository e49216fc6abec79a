namespace Bench;

/// <summary>One measurement that a bar judges. Numbers of one row were taken in turns, in one process.</summary>
internal sealed record BarRow
{
    /// <summary>The bar, <c>P0</c> to <c>P10</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Tells rows of one bar apart that layout and pages do not; null where those do.</summary>
    public string? Case { get; init; }

    /// <summary>How the frames lie; null where it does not matter.</summary>
    public Layout? Layout { get; init; }

    /// <summary>Frames; null where it is not about frames.</summary>
    public int? Pages { get; init; }

    /// <summary>What is judged.</summary>
    public required double Ours { get; init; }

    /// <summary>The same of the Linux-shaped baseline; null where the bar has none.</summary>
    public double? Baseline { get; init; }

    /// <summary>What ours is held to: the limit, or whatever else the bar names; null where it names a number.</summary>
    public double? Limit { get; init; }

    /// <summary>What the three are counted in.</summary>
    public required string Unit { get; init; }

    /// <summary>What must hold, in words.</summary>
    public required string Bar { get; init; }

    /// <summary>Whether it holds, and with it what it rests on.</summary>
    public required bool Ok { get; init; }

    /// <summary>The number that the bar is about, as tables show it.</summary>
    public required string Value { get; init; }

    /// <summary>What reading the row needs beside; empty for nothing.</summary>
    public string Note { get; init; } = string.Empty;
}
