using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>
/// The faults that the random campaign must find: its own, and of those that other laws find what it meets too. It has one thread, so it meets nothing that is wrong only for
/// as long as a call lasts, as a block that is free before the hardware has forgotten it.
/// </summary>
public static class RandomFaults
{
    private const string Direct = "direct";
    private const string Bounce = "bounce";
    private const string Iommu = "iommu";
    private const string Lazy = "iommu-lazy";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RandomFault> All { get; } =
    [
        .. CutMutants.All.Select(one => new RandomFault(one, Direct)),
        .. TokenMutants.All.Select(one => new RandomFault(one, Direct)),
        .. CopyMutants.All.Select(one => new RandomFault(one, Bounce)),
        .. RandomReachMutants.Strict.Select(one => new RandomFault(one, Iommu)),
        .. RandomReachMutants.Lazy.Select(one => new RandomFault(one, Lazy)),
        .. Slots("reader-beside-writer", "device-memory-is-copied", "slack-is-left", "copies-from-the-frame's-start", "freed-slots-count-as-used", "kept-slots-are-not-called-in"),
        .. Domains(Iommu, "span-mask-off-by-one", "table-not-zero-around-entries", "large-page-without-alignment", "stale-token-accepted", "warm-blocks-are-not-called-in"),
        .. Domains(Lazy, "lazy-number-of-before", "no-timer"),
        .. Shares(Direct, "detach-keeps-constraints", "bytes-left-behind"),
        .. Shares(Bounce, "readers-beside-a-written-copy", "old-copies-overlooked"),
    ];

    /// <summary>The fault of a name; null where there is none.</summary>
    public static RandomFault? Named(string name) => All.FirstOrDefault(one => one.Name == name);

    private static IEnumerable<RandomFault> Slots(params string[] names) => names.Select(name => new RandomFault(SlotFaults.Named(name), Bounce));

    private static IEnumerable<RandomFault> Domains(string backend, params string[] names) => names.Select(name => new RandomFault(IommuFaults.Named(name), backend));

    private static IEnumerable<RandomFault> Shares(string backend, params string[] names) => names.Select(name => new RandomFault(PlantedFaults.Named(name)!, backend));
}
