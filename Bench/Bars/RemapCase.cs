using PfnBuffers;

namespace Bench;

/// <summary>A buffer that is built once and mapped again and again.</summary>
/// <param name="Layout">How the frames lie.</param>
/// <param name="Count">Frames.</param>
/// <param name="IsAligned">Whether runs are aligned to 2 MiB, as in <see cref="Layouts.Build"/>, or to no more than a frame.</param>
internal sealed record RemapCase(Layout Layout, int Count, bool IsAligned = true)
{
    /// <summary>The cases that the bar names.</summary>
    internal static RemapCase[] All { get; } =
    [
        new(Layout.Contiguous, 4096),
        new(Layout.Contiguous, 65536),
        new(Layout.Contiguous, 262144),
        new(Layout.RunsOf512, 4096),
        new(Layout.RunsOf512, 65536),
        new(Layout.RunsOf512, 262144),
        new(Layout.Contiguous, 4096, IsAligned: false),
        new(Layout.Contiguous, 65536, IsAligned: false),
        new(Layout.Contiguous, 262144, IsAligned: false),
        new(Layout.RunsOf512, 4096, IsAligned: false),
    ];

    /// <summary>The frames.</summary>
    internal Pfn[] Build() => IsAligned ? Layouts.Build(Layout, Count) : Layouts.BuildUnaligned(Layout, Count);
}
