using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A format of the library, and a walker that was written from its specification.</summary>
/// <param name="Name">The name, as <see cref="PageTableFormat"/> has it.</param>
/// <param name="Format">The format.</param>
/// <param name="Walker">The walker.</param>
public sealed record KnownFormat(string Name, PageTableFormat Format, SpecWalker Walker)
{
    /// <summary>What a domain has unless told otherwise.</summary>
    public static KnownFormat Default { get; } = new(nameof(PageTableFormat.VtdSecondStage4), PageTableFormat.VtdSecondStage4, new VtdWalker(4));

    /// <summary>All formats.</summary>
    public static IReadOnlyList<KnownFormat> All { get; } =
    [
        Default,
        new(nameof(PageTableFormat.VtdSecondStage5), PageTableFormat.VtdSecondStage5, new VtdWalker(5)),
        new(nameof(PageTableFormat.ArmStage1), PageTableFormat.ArmStage1, new ArmWalker()),
        new(nameof(PageTableFormat.AmdV1), PageTableFormat.AmdV1, new AmdWalker()),
    ];

    /// <summary>The format of a name.</summary>
    public static KnownFormat Named(string name) => All.Single(one => one.Name == name);

    /// <summary>The direction that tables of the format let through where another was asked for.</summary>
    public DmaDirection Granted(DmaDirection asked)
        => Walker.WritesAreReads && (asked & DmaDirection.FromDevice) != 0 ? DmaDirection.Bidirectional : asked;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
