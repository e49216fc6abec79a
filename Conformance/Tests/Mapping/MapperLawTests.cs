using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The library's mappers obey every law of the catalogue; MapperMutantTests shows that each law catches something.</summary>
public class MapperLawTests
{
    public static TheoryData<string, string> Laws
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((string name, MapperCapabilities capabilities, MakeMapper make) in LibraryMappers.All)
            {
                foreach (MapperCheck check in MapperLaws.For(make, capabilities).Where(check => SlowLaws.AreTried(check.Name))) data.Add(name, check.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_mapper_of_the_library_obeys(string mapper, string law) => Checks(mapper).Single(check => check.Name == law).Check();

    public static TheoryData<string> LawsOfOthers => [.. MapperLaws.For(Dictionary, MapperCapabilities.Translates | MapperCapabilities.Coherent).Select(check => check.Name).Where(SlowLaws.AreTried)];

    [Theory]
    [MemberData(nameof(LawsOfOthers))]
    public void A_mapper_that_translates_by_means_of_its_own_obeys(string law)
        => MapperLaws.For(Dictionary, MapperCapabilities.Translates | MapperCapabilities.Coherent).Single(check => check.Name == law).Check();

    [Fact]
    public void Every_law_is_tried_on_a_mapper_of_the_library()
        => Assert.Empty(MapperLaws.All.Select(law => law.Name).Except(Laws.Select(row => row.Data.Item2)));

    [Fact]
    public void What_a_mapper_is_not_held_to_is_told_with_the_reason()
    {
        Assert.Equal(MapperLaws.All.Count, MapperLaws.NotFor(MapperCapabilities.Coherent).Count() + Checks("Direct").Count(check => check.Name != "mapping allocates nothing"));
        Assert.Contains(MapperLaws.NotFor(MapperCapabilities.None), one => one.Law.Name == "unmapped is out of reach" && one.Reason == "needs Translates");
        Assert.Contains(MapperLaws.NotFor(MapperCapabilities.Bounces), one => one.Law.Name == "prefixes are the longest" && one.Reason == "not for Bounces");
    }

    [Fact]
    public void Capabilities_that_contradict_each_other_are_refused()
    {
        MakeMapper make = LibraryMappers.Of(MapperKind.Direct);
        foreach (MapperCapabilities wrong in new[] { MapperCapabilities.BouncesEverything, MapperCapabilities.SubPage, MapperCapabilities.Lazy, MapperCapabilities.Tables, MapperCapabilities.Reserves, MapperCapabilities.Coherent | MapperCapabilities.Bounces })
            Assert.Equal("capabilities", Assert.Throws<ArgumentException>(() => MapperLaws.For(make, wrong)).ParamName);
        Assert.Equal("make", Assert.Throws<ArgumentNullException>(() => MapperLaws.For(null!, MapperCapabilities.None)).ParamName);
    }

    [Theory]
    [InlineData(MapperCapabilities.Translates | MapperCapabilities.Tables, "The mapper claims Tables, and MapperUnderTest.Domain is not given.")]
    [InlineData(MapperCapabilities.Translates | MapperCapabilities.Lazy, "The mapper claims to be Lazy, and MapperUnderTest.Settle is not given.")]
    public void What_is_claimed_and_not_given_is_told(MapperCapabilities claimed, string told)
    {
        foreach (MapperCheck check in MapperLaws.For(Dictionary, claimed)) Assert.Contains(told, check.Run().Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_claims_to_reserve_must_be_able_to()
    {
        MapperUnderTest Make(MapperSetting setting)
        {
            MapperUnderTest made = LibraryMappers.Of(MapperKind.Iommu)(setting);
            return new MapperUnderTest(new HandsOn(made.Mapper), made.Port) { Domain = made.Domain, Format = made.Format };
        }

        MapperCapabilities claimed = MapperCapabilities.Translates | MapperCapabilities.Tables | MapperCapabilities.Reserves;
        Assert.Contains("that it Reserves, and is no IReservingMapper", MapperLaws.For(Make, claimed).First().Run().Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rig_that_is_none_breaks_every_law()
    {
        foreach (MapperCheck check in MapperLaws.ForRig(_ => null!, MapperCapabilities.None)) Assert.Contains("Nothing made the rig.", check.Run().Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapper_that_refuses_everything_has_not_passed()
    {
        MapperCheck[] checks = [.. MapperLaws.For(setting => new MapperUnderTest(new RefusesAll(setting.Device), BusPort.Direct(setting.Device, setting.Memory)), MapperCapabilities.Coherent)];
        string[] passed = [.. checks.Where(check => check.Run(100).Holds).Select(check => check.Name)];
        Assert.Equal(["the plan tells what mapping does", "refusals change nothing"], passed);
        LawReport report = checks.Single(check => check.Name == "segments obey the device").Run(100);
        Assert.Equal((null, 0), (report.Broken, report.Showed));
        Assert.Contains("not tried", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_tells_the_law_what_was_wanted_and_found_the_case_and_how_to_repeat_it()
    {
        MapperCheck check = MapperLaws.ForRig(
            one =>
            {
                MapperRig rig = MapperRig.Of(one);
                rig.Mapper = new TakesAnyToken(rig);
                return rig;
            },
            MapperKind.Direct.Capabilities()).Single(one => one.Name == "tokens are checked");
        string told = Assert.Throws<LawViolatedException>(() => check.Check(seed: 5)).Message;
        foreach (string line in new[] { "The law 'tokens are checked' is broken.", "  wanted: a stale, foreign or default token is refused", "  found:  another mapper's token is taken by Unmap", "  case:   All bus offset 0 [no limit]", $"  repeat: {Seed.Variable}=5, case " })
            Assert.Contains(line, told, StringComparison.Ordinal);
        Assert.Equal(told, check.Run(seed: 5).Broken);
    }

    [Fact]
    public void As_many_cases_as_it_took_end_with_the_one_that_broke_the_law()
    {
        MapperCheck check = MapperLaws.ForRig(
            one =>
            {
                MapperRig rig = MapperRig.Of(one);
                rig.Mapper = new BlamesAnyFrame(rig, theFirst: true);
                return rig;
            },
            MapperKind.Direct.Capabilities()).Single(one => one.Name == "refusals change nothing");
        LawReport report = check.Run(seed: 5);
        Assert.InRange(report.Cases, 2, 159);
        Assert.NotNull(check.Run(report.Cases, seed: 5).Broken);
        Assert.Null(check.Run(report.Cases - 1, seed: 5).Broken);
    }

    [Fact]
    public void Every_refusal_and_every_edge_of_memory_is_met_often()
    {
        foreach ((string name, MapperCapabilities capabilities, MakeMapper make) in LibraryMappers.All)
        {
            Shares shares = Shares.Of(MapperCases.For(capabilities).Generator, 2000, one => [.. MapperCases.Classes(one, MapperRig.Of(one, make))]);
            Assert.True(shares["mapped"] >= 0.3, $"{name} mapped is rare: {shares}");
            Assert.True(shares["Unaligned"] >= 0.005, $"{name} Unaligned is rare: {shares}");
            foreach (string one in new[] { "several segments", "shorter prefix", "duplicate frames", "at an edge of memory", "large frames" })
                Assert.True(shares[one] >= 0.005, $"{name} {one} is rare: {shares}");
            if ((capabilities & MapperCapabilities.Bounces) == 0) continue;
            Assert.True(shares["NoBounceSpace"] >= 0.005 && shares["WouldDiverge"] >= 0.005, $"{name} shortages are rare: {shares}");
        }
    }

    private static MapperUnderTest Dictionary(MapperSetting setting)
    {
        var mapper = new DictionaryMapper(setting);
        return new MapperUnderTest(mapper, mapper) { State = mapper.ToString };
    }

    private static System.Collections.Generic.IEnumerable<MapperCheck> Checks(string mapper)
    {
        (_, MapperCapabilities capabilities, MakeMapper make) = LibraryMappers.All.Single(one => one.Name == mapper);
        return MapperLaws.For(make, capabilities);
    }

    private sealed class HandsOn(IDmaMapper inner) : MapperWrapper(inner);

    /// <summary>Breaks nothing, and does nothing.</summary>
    private sealed class RefusesAll(DmaDevice device) : IDmaMapper
    {
        public MapperProfile Profile { get; } = new(device, Addressing.Direct);

        public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts) => new() { Status = MapStatus.NoIovaSpace, FailedFrame = -1 };

        public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options) => new() { Status = MapStatus.NoIovaSpace, FailedFrame = -1 };

        public void Unmap(MappingToken token) => throw new ArgumentException("No token is live.", nameof(token));

        public void SyncForCpu(MappingToken token, long offset, long length) => Unmap(token);

        public void SyncForDevice(MappingToken token, long offset, long length) => Unmap(token);
    }
}
