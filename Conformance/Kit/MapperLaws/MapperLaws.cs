using System;
using System.Collections.Generic;
using System.Linq;
using static Conformance.MapperCapabilities;

namespace Conformance;

/// <summary>
/// The catalogue: every law that a mapper can be held to. A mapper is held to those whose capabilities it has; the others are not in its list,
/// because a test that tries nothing is green and says nothing. <see cref="NotFor"/> tells which those are, and why.
/// </summary>
public static class MapperLaws
{
    /// <summary>All laws. A new one gets a line here, whatever its cases are.</summary>
    public static IReadOnlyList<MapperLaw> All { get; } =
    [
        new ProfileTellsTheTruth(),

        // Segments.
        new SegmentsObeyTheDevice(),
        new SegmentsAreTheFewest(),
        new PlanTellsWhatMapDoes(),
        new PrefixesCoverEverything(),
        new PrefixesAreTheLongest(),
        new PrefixesReachTheEndOfAFrame(),
        new ShortSpansAreToldHowLong(),
        new TooManySegmentsAreCounted(),
        new PageSizesAreAlike(),
        new LargeViewsAreAsAnyOther(),

        // Bytes.
        new DeviceReadsWhatTheCpuWrote(),
        new CpuReadsWhatTheDeviceWrote(),
        new CoherentMappingsNeedNoSync(),
        new EdgesOfMemoryAreAsAnyOther(),
        new FramesAreOnlyRead(),
        new MappingsLeaveEachOtherAlone(),
        new ManyMappingsStandTogether(),

        // Copies.
        new OnlyWhatMustBounces(),
        new ZeroCopyNeverCopies(),
        new CopiesDoNotDiverge(),
        new SyncsMoveTheirRangeAlone(),
        new TurnsAreWhatSyncsMake(),
        new SlotsHoldTheViewAndZeros(),

        // Reach.
        new DirectionsAreHeldTo(),
        new NeighboursAreOutOfReach(),
        new UnmappedIsOutOfReach(),
        new LazyWindowsShowOldBytesOnly(),
        new DeviceSeesTheViewAndZeros(),
        new TablesHoldExactlyTheMapping(),
        new TablesHoldTheUnionOfMappings(),

        // State.
        new RefusalsChangeNothing(),
        new UnmappingUndoesEverything(),
        new NothingIsUsedUp(),
        new TokensAreChecked(),
        new ArgumentsAreChecked(),
        new SyncRangesAreChecked(),
        new ThreadsDoNotMeet(),
        .. MappingAllocatesNothing.WhereCounted,
        new LinksReachWhatMappingsReach(),
    ];

    /// <summary>The laws that a mapper is held to.</summary>
    /// <param name="make">Makes the mapper, afresh for every case.</param>
    /// <param name="capabilities">What the mapper is able to.</param>
    /// <exception cref="ArgumentNullException">No factory.</exception>
    /// <exception cref="ArgumentException">The capabilities contradict each other.</exception>
    public static IEnumerable<MapperCheck> For(MakeMapper make, MapperCapabilities capabilities)
    {
        if (make is null) throw new ArgumentNullException(nameof(make));
        return ForRig(one => MapperRig.Of(one, make), capabilities);
    }

    /// <summary>The same for who makes the whole rig of a case: to put something between a mapper and the laws.</summary>
    /// <param name="make">Makes the rig.</param>
    /// <param name="capabilities">What the mapper is able to.</param>
    /// <exception cref="ArgumentNullException">Nothing makes a rig.</exception>
    /// <exception cref="ArgumentException">The capabilities contradict each other.</exception>
    public static IEnumerable<MapperCheck> ForRig(MakeRig make, MapperCapabilities capabilities)
    {
        if (make is null) throw new ArgumentNullException(nameof(make));
        CheckAgreement(capabilities);
        MapperRig Made(MapperCase one) => make(one) ?? throw new LawViolatedException("Nothing made the rig.");
        return All.Where(law => law.WhyNot(capabilities) is null).Select(law => new MapperCheck(law, Made, capabilities));
    }

    /// <summary>The laws that mappers of some capabilities are not held to, each with the reason.</summary>
    public static IEnumerable<(MapperLaw Law, string Reason)> NotFor(MapperCapabilities capabilities)
        => All.Select(law => (law, law.WhyNot(capabilities)!)).Where(one => one.Item2 is not null);

    private static void CheckAgreement(MapperCapabilities capabilities)
    {
        void Needs(MapperCapabilities one, MapperCapabilities other)
        {
            if ((capabilities & one) != 0 && (capabilities & other) == 0) throw new ArgumentException($"{one} needs {other}, which {capabilities} lacks.", nameof(capabilities));
        }

        Needs(BouncesEverything, Bounces);
        Needs(SubPage, Translates);
        Needs(Lazy, Translates);
        Needs(Tables, Translates);
        Needs(Reserves, Tables);
        if ((capabilities & (Coherent | Bounces)) == (Coherent | Bounces)) throw new ArgumentException("A mapper that copies needs syncs, so it is not Coherent.", nameof(capabilities));
    }
}
