namespace Bench;

/// <summary>
/// One cell of the tables: so many frames in one layout, and what Linux's own C measured there
/// as a multiple of the limit, where it was measured.
/// </summary>
/// <param name="Count">Frames.</param>
/// <param name="Layout">How they lie.</param>
/// <param name="LinuxToLimit">Whole life of Linux's C over the limit, of one run; null where not measured.</param>
internal sealed record Cell(int Count, Layout Layout, double? LinuxToLimit = null)
{
    /// <summary>A baseline outside these multiples of <see cref="LinuxToLimit"/> is not shaped like Linux, or the number needs a note.</summary>
    internal const double LeastOfAnchor = 0.4, MostOfAnchor = 1.6;

    /// <summary>From so many frames on, bars name the limit.</summary>
    internal const int LeastOfLimit = 256;

    /// <summary>Every cell that a bar names.</summary>
    internal static Cell[] All { get; } =
    [
        new(1, Layout.Contiguous),
        new(16, Layout.Contiguous),
        new(256, Layout.Contiguous, 45),
        new(4096, Layout.Contiguous, 20),
        new(65536, Layout.Contiguous),
        new(262144, Layout.Contiguous, 11),
        new(1, Layout.Scattered),
        new(16, Layout.Scattered, 61),
        new(256, Layout.Scattered, 175),
        new(4096, Layout.Scattered, 145),
        new(65536, Layout.Scattered),
        new(262144, Layout.Scattered, 55),
        new(16, Layout.RunsOf8),
        new(256, Layout.RunsOf8),
        new(4096, Layout.RunsOf8, 40),
        new(65536, Layout.RunsOf8),
        new(262144, Layout.RunsOf8),
        new(4096, Layout.RunsOf512),
        new(65536, Layout.RunsOf512),
        new(262144, Layout.RunsOf512, 11),
    ];

    /// <summary>Whether bars name the limit for it.</summary>
    internal bool HasLimit => Count >= LeastOfLimit;

    /// <summary>The cell as <c>4096 scattered</c>.</summary>
    public override string ToString() => $"{Count} {Layouts.NameOf(Layout)}";
}
