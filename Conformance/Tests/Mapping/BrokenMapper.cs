using System;
using System.Collections.Generic;
using DmaMapping;

namespace Conformance.Tests;

/// <summary>A mapper of the library with something broken in it, and the laws that must tell.</summary>
/// <param name="Name">What is broken.</param>
/// <param name="Capabilities">What the mapper still claims to be able to.</param>
/// <param name="Make">Makes the rig around it.</param>
/// <param name="Laws">The laws that it breaks, by name; it may break others too.</param>
internal sealed record BrokenMapper(string Name, MapperCapabilities Capabilities, MakeRig Make, params string[] Laws)
{
    /// <summary>All of them: at least one for every law of the catalogue.</summary>
    internal static IReadOnlyList<BrokenMapper> All { get; } =
    [
        With("another device's profile", MapperKind.Direct, rig => new NamesAnother(rig), "the profile tells the truth"),
        Of("told of fewer rules", MapperKind.Direct, one => MapperRig.Of(one with { Rules = default }), "segments obey the device"),
        Of("told of a wider window", MapperKind.Direct, one => MapperRig.Of(one with { Reach = Reach.All }), "segments obey the device"),
        With("an address off by a line", MapperKind.Direct, rig => new OffByALine(rig), "the device reads what the CPU wrote", "the CPU reads what the device wrote"),
        With("segments in the wrong order", MapperKind.Direct, rig => new WrongOrder(rig), "the device reads what the CPU wrote"),
        With("segments cut in two", MapperKind.Iommu, rig => new CutsInTwo(rig), "segments are the fewest"),
        With("plans too few segments", MapperKind.Direct, rig => new PlansTooFew(rig), "the plan tells what mapping does"),
        With("plans no copies", MapperKind.Bounce, rig => new PlansNoCopies(rig), "the plan tells what mapping does"),
        With("plans no invalidations", MapperKind.Iommu, rig => new PlansNoInvalidations(rig), "the plan tells what mapping does"),
        With("plans by mapping", MapperKind.Iommu, rig => new PlansByMapping(rig), "the plan tells what mapping does"),
        With("plans the last parts", MapperKind.Bounce, rig => new PlansTheLastParts(rig), "the plan tells what mapping does"),
        With("refuses prefixes for their rest", MapperKind.Direct, rig => new RefusesPrefixes(rig), "prefixes cover everything"),
        With("maps half a prefix", MapperKind.Direct, rig => new MapsHalfAPrefix(rig), "prefixes are the longest"),
        With("maps a crumb", MapperKind.Bounce, rig => new MapsACrumb(rig), "prefixes reach the end of a frame"),
        With("asks for too few segments", MapperKind.Direct, rig => new AsksForTooFew(rig), "short spans are told how long"),
        With("counts one segment too many", MapperKind.Direct, rig => new CountsOneTooMany(rig), "too many segments are counted"),
        With("keeps lengths in 32 bits", MapperKind.Direct, rig => new KeepsLengthsIn32Bits(rig), "large views are as any other"),
        With("ends at 16 MiB", MapperKind.Iommu, rig => new EndsAt16MiB(rig), "large views are as any other"),
        With("knows small frames only", MapperKind.Direct, rig => new KnowsSmallFramesOnly(rig), "page sizes are alike"),
        With("forgets syncs for the device", MapperKind.Bounce, rig => new ForgetsSync(rig, false, true), "the device reads what the CPU wrote"),
        With("forgets syncs for the CPU", MapperKind.Bounce, rig => new ForgetsSync(rig, true, false), "the CPU reads what the device wrote"),
        With("loses writes", MapperKind.Bounce, rig => new LosesWrites(rig), "the CPU reads what the device wrote"),
        Of("copies, and calls itself coherent", MapperCapabilities.Coherent, one => MapperRig.Of(one with { Kind = MapperKind.BounceEverything }), "coherent mappings need no sync"),
        With("fears the last frame", MapperKind.Direct, rig => new FearsTheLastFrame(rig), "edges of memory are as any other"),
        With("writes the array", MapperKind.Direct, rig => new WritesTheArray(rig), "frames are only read"),
        With("has one mapping at a time", MapperKind.Iommu, rig => new HasOneMapping(rig), "mappings leave each other alone"),
        With("has sixteen tokens", MapperKind.Direct, rig => new HasSixteenTokens(rig), "many mappings stand together"),
        Of("copies without need", MapperKind.Bounce, one => MapperRig.Of(one with { Kind = MapperKind.BounceEverything }), "only what must bounces"),
        Of("leaves partial frames in place", MapperKind.IommuBouncePartial, one => MapperRig.Of(one with { Kind = MapperKind.Iommu, IsTrusted = true }), "only what must bounces", "the device sees the view and zeros"),
        With("copies anyway", MapperKind.BounceEverything, rig => new CopiesAnyway(rig), "zero copy never copies"),
        With("lets copies diverge", MapperKind.Bounce, rig => new LetsCopiesDiverge(rig), "copies do not diverge"),
        With("knows no turns", MapperKind.Bounce, rig => new KnowsNoTurns(rig), "turns are what syncs make"),
        With("syncs everything for the CPU", MapperKind.Bounce, rig => new SyncsEverything(rig, forCpu: true, forDevice: false), "syncs move their range alone"),
        With("syncs everything for the device", MapperKind.BounceEverything, rig => new SyncsEverything(rig, forCpu: false, forDevice: true), "syncs move their range alone"),
        With("leaves slots dirty", MapperKind.BounceEverything, rig => new LeavesSlotsDirty(rig), "slots hold the view and zeros"),
        With("maps both ways", MapperKind.Iommu, rig => new MapsBothWays(rig), "directions are held to", "tables hold exactly the mapping", "tables hold the union of mappings"),
        With("maps a granule more", MapperKind.Iommu, rig => new MapsMore(rig), "neighbours are out of reach", "tables hold exactly the mapping"),
        Of("forgets invalidations", MapperKind.Iommu, one => MapperRig.Of(one, iommu => new ForgetsInvalidations(iommu, all: true)), "unmapped is out of reach"),
        Of("invalidates the first page only", MapperKind.Iommu, one => MapperRig.Of(one, iommu => new ForgetsInvalidations(iommu, all: false)), "unmapped is out of reach"),
        Of("a window that never ends", MapperKind.Iommu.Capabilities() | MapperCapabilities.Lazy, one => MapperRig.Of(one, iommu => new ForgetsInvalidations(iommu, all: true)), "lazy windows show old bytes only"),
        With("calls it unaligned", MapperKind.Direct, rig => new CallsItUnaligned(rig), "refusals change nothing"),
        With("plans IOVA without an IOMMU", MapperKind.Direct, rig => new PlansAnotherCost(rig), "the plan tells what mapping does"),
        With("plans no IOVA", MapperKind.Iommu, rig => new PlansAnotherCost(rig), "the plan tells what mapping does"),
        With("blames the first frame", MapperKind.Direct, rig => new BlamesAnyFrame(rig, theFirst: true), "refusals change nothing"),
        With("blames the last frame", MapperKind.Direct, rig => new BlamesAnyFrame(rig, theFirst: false), "refusals change nothing"),
        With("leaks when it refuses", MapperKind.Iommu, rig => new LeaksWhenRefused(rig), "refusals change nothing"),
        With("leaks where nobody counts", MapperKind.Iommu, rig => new LeaksWhenRefused(rig), "nothing is used up"),
        With("forgets to unmap", MapperKind.Iommu, rig => new ForgetsUnmap(rig), "unmapping undoes everything", "nothing is used up"),
        With("takes any token", MapperKind.Direct, rig => new TakesAnyToken(rig), "tokens are checked"),
        With("counts generations in one bit", MapperKind.Direct, rig => new CountsInOneBit(rig), "tokens are checked"),
        With("takes any direction", MapperKind.Iommu, rig => new TakesAnyDirection(rig), "arguments are checked"),
        With("clamps syncs", MapperKind.Direct, rig => new ClampsSyncs(rig), "sync ranges are checked"),
        With("syncs once", MapperKind.Bounce, rig => new SyncsOnce(rig), "sync ranges are checked"),
        With("names no owner", MapperKind.Direct, rig => new NamesNoOwner(rig), "tokens are checked"),
        With("keeps books without a lock", MapperKind.Direct, rig => new KeepsBooksUnlocked(rig), "threads do not meet"),
        With("answers in one place", MapperKind.Direct, rig => new AnswersInOnePlace(rig), "threads do not meet"),
        With("knows its thread only", MapperKind.Iommu, rig => new KnowsItsThreadOnly(rig), "threads do not meet"),
        With("syncs in one place", MapperKind.BounceEverything, rig => new SyncsInOnePlace(rig), "threads do not meet"),
        With("notes every mapping", MapperKind.Direct, rig => new NotesEveryMapping(rig), "mapping allocates nothing"),
        With("links both ways", MapperKind.Iommu, rig => new LinksBothWays(rig), "links reach what mappings reach"),
    ];

    public override string ToString() => Name;

    private static BrokenMapper Of(string name, MapperKind kind, MakeRig make, params string[] laws) => new(name, kind.Capabilities(), make, laws);

    private static BrokenMapper Of(string name, MapperCapabilities capabilities, MakeRig make, params string[] laws) => new(name, capabilities, make, laws);

    private static BrokenMapper With(string name, MapperKind kind, Func<MapperRig, IDmaMapper> broken, params string[] laws) => new(
        name,
        kind.Capabilities(),
        one =>
        {
            MapperRig rig = MapperRig.Of(one);
            rig.Mapper = broken(rig);
            return rig;
        },
        laws);
}
