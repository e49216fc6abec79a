using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Who stands against whom, which backings are tried, and what sharing would cost: on paper, no memory behind it.</summary>
public class PaperAdviceTests
{
    private const long Length = PaperExporter.Usual;

    private static readonly DmaConstraints Below = new() { Window = DmaWindow.OfBits(32) };

    private static readonly DmaConstraints Above = new() { Window = new DmaWindow(new DmaAddress(1ul << 32), new DmaAddress(ulong.MaxValue)) };

    private static Importer Device(string name, DmaConstraints constraints = default, long pool = 0, Addressing addressing = Addressing.Direct, bool trusted = true, bool everything = false, bool partial = false)
        => new(PaperProfile.Of(name, constraints, addressing, trusted, pool, everything, partial));

    private static Refusal Refused(Importer newcomer, PfnBuffer? backing, params Importer[] attached)
        => AttachDecision.Decide(new SharingState(new PaperExporter(), SharingPolicy.Default) { Backing = backing, Attached = attached }, newcomer).Refusal!;

    private static PfnBuffer High() => new([.. Enumerable.Range(0, 8).Select(i => new Pfn((1ul << 20) + (ulong)i))], PageSize.Size4K);

    [Fact]
    public void Against_a_device_stands_who_alone_would_let_it_in_and_where_nobody_would_alone_all_do()
    {
        Refusal one = Refused(Device("c", Below), null, Device("a", Above), Device("b"));
        Assert.Equal(["a"], one.ConflictsWith);
        Assert.Equal("detach a", one.Advice);
        Assert.Equal("none such for 32768 bytes in paper, which has PageBacked memory beside those who want frames in 0x100000000-0xffffffffffffffff", one.Found);
        Assert.Equal(["a", "b"], Refused(Device("c", Below), null, Device("a", Above), Device("b", Above)).ConflictsWith);
        Assert.Equal(["a"], Refused(Device("c", Below), High(), Device("a", Above), Device("b")).ConflictsWith);
        Refusal alone = AttachDecision.Decide(new SharingState(new PaperExporter { Can = false }, SharingPolicy.Default), Device("c", Below)).Refusal!;
        Assert.Empty(alone.ConflictsWith);
        Assert.Equal("none such for 32768 bytes in paper, which has PageBacked memory", alone.Found);
    }

    [Fact]
    public void A_move_that_no_frames_allow_is_said_to_be_one()
        => Assert.Contains(Refused(Device("c", Below), High(), Device("a", Above)).Causes, cause => cause is { Way: Verdict.Move, Reason: RefusalReason.NoCommonBacking });

    [Fact]
    public void What_no_frames_mend_is_told_without_a_way_and_against_nobody()
    {
        Decision decision = AttachDecision.Decide(new SharingState(new PaperExporter(), SharingPolicy.Default), Device("c", trusted: false));
        Assert.StartsWith("c is refused: c's trust wants an IOMMU", decision.Refusal!.ToString(), StringComparison.Ordinal);
        Assert.Equal(decision.Refusal.ToString(), decision.ToString());
    }

    [Fact]
    public void A_single_frame_confines_a_device_that_is_not_trusted()
    {
        var state = new SharingState(new PaperExporter { Length = 4096 }, SharingPolicy.Default) { Backing = new PfnBuffer([new Pfn(5)], PageSize.Size4K) };
        Assert.Equal(Verdict.Remap, AttachDecision.Decide(state, Device("c", addressing: Addressing.Translated, trusted: false)).Verdict);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(14)]
    public void The_fewest_are_bounced_and_where_there_are_many_none_or_one_or_all(int count)
    {
        Importer[] copying = [.. Enumerable.Range(0, count).Select(i => Device($"d{i:00}", i == 1 ? Below : default, pool: Length))];
        IReadOnlyList<BackingCandidate> all = [.. BackingChoice.Candidates(copying, Length, MemoryKind.PageBacked, SharingPolicy.Default)];
        Assert.Empty(all[0].Bounced);
        Assert.Equal(["d00"], all[1].Bounced);
        Assert.Equal(["d01"], all[2].Bounced);
        Assert.Equal(count, all[^1].Bounced.Count);
        Assert.Equal(count <= 10 ? 1 << count : count + 2, all.Count);
        Assert.False(all[0].Demand.NeedsPages);
        Assert.All(all.Skip(1), one => Assert.True(one.Demand.NeedsPages));
        Assert.Throws<ArgumentNullException>("policy", () => BackingChoice.Candidates(copying, Length, MemoryKind.PageBacked, null!));
    }

    [Fact]
    public void Subsets_are_bounced_by_their_size_and_then_first_names_first()
    {
        Importer[] copying = [.. "abc".Select(name => Device($"{name}", pool: Length))];
        Assert.Equal(["", "a", "b", "c", "ab", "ac", "bc", "abc"],
            BackingChoice.Candidates(copying, Length, MemoryKind.PageBacked, SharingPolicy.Default).Select(one => string.Concat(one.Bounced.OrderBy(name => name, StringComparer.Ordinal))));
    }

    [Fact]
    public void Who_is_detached_holds_nothing()
    {
        var state = new SharingState(new PaperExporter(), SharingPolicy.Default)
        {
            Attached = [Device("a"), Device("b")],
            Holdings = [new Holding("a", HoldingKind.Mapping, false, false), new Holding("b", HoldingKind.Mapping, false, false)],
        };
        (SharingState left, Importer same) = new Change(ChangeKind.Detach, "a").ApplyTo(state, Device("c"));
        Assert.Equal(("b", "b", "c"), (Assert.Single(left.Attached).Name, Assert.Single(left.Holdings).Holder, same.Name));
    }

    [Fact]
    public void Costs_are_those_of_frames_that_lie_apart_unless_they_need_not()
    {
        const long Odd = Length + 100;
        SharingOption Of(Importer importer, long length = Odd) => SharingAdvice.For([new PaperExporter { Length = length }], [importer])[0];
        (long Segments, long Bounced, Verdict Verdict) Told(Importer importer, long length = Odd) => (Of(importer, length).Segments, Of(importer, length).BouncedBytes, Of(importer, length).Importers[0].Verdict);
        var half = new DmaConstraints { MaxSegmentSize = 2048 };
        Assert.Equal((17, 0, Verdict.Direct), Told(Device("a", half)));
        Assert.Equal((16, 0, Verdict.Direct), Told(Device("a", half), Length));
        Assert.Equal((9, 0, Verdict.Direct), Told(Device("a")));
        Assert.Equal((1, 0, Verdict.Direct), Told(Device("a", DmaConstraints.ContiguousOnly)));
        Assert.Equal((1, 0, Verdict.Remap), Told(Device("a", addressing: Addressing.Translated)));
        Assert.Equal((1, 100, Verdict.Bounce), Told(Device("a", addressing: Addressing.Translated, pool: 1 << 20, partial: true)));
        Assert.Equal((1, 0, Verdict.Remap), Told(Device("a", addressing: Addressing.Translated, pool: 1 << 20, partial: true), Length));
        Assert.Equal((9, Odd, Verdict.Bounce), Told(Device("a", pool: 1 << 20, everything: true)));
        SharingOption two = SharingAdvice.For([new PaperExporter()], [Device("a", pool: 1 << 20, everything: true), Device("b", pool: 1 << 20, everything: true)])[0];
        Assert.Equal((2 * Length, 16L), (two.BouncedBytes, two.Segments));
    }

    [Fact]
    public void Who_cannot_be_advised_is_told_by_name()
    {
        Importer[] one = [Device("a")];
        Assert.Throws<ArgumentNullException>("exporters", () => SharingAdvice.For(null!, one));
        Assert.Throws<ArgumentNullException>("importers", () => SharingAdvice.For([new PaperExporter()], null!));
        Assert.Throws<ArgumentException>("exporters[1]", () => SharingAdvice.For([new PaperExporter(), new PaperExporter { Length = 0 }], one));
        Assert.Throws<ArgumentException>("importers", () => SharingAdvice.For([new PaperExporter()], [Device("b"), Device("a"), Device("b")]));
        Assert.Throws<ArgumentException>("importers", () => SharingAdvice.For([new PaperExporter()], [new Importer(Device("gpu", addressing: Addressing.Translated)) { RawPfns = true }]));
        Assert.Single(SharingAdvice.For([new PaperExporter()], [new Importer(Device("gpu")) { RawPfns = true }]));
    }

    [Fact]
    public void A_policy_that_is_given_is_kept_to()
    {
        Importer[] importers = [Device("a", Below, pool: 1 << 20), Device("b", Above)];
        Assert.Contains(SharingAdvice.For([new PaperExporter()], importers), option => option.ServesAll);
        Assert.DoesNotContain(SharingAdvice.For([new PaperExporter()], importers, new SharingPolicy { AllowsBounce = false }), option => option.ServesAll);
    }

    [Fact]
    public void Options_that_copy_as_much_come_by_segments_then_by_moves_then_by_name()
    {
        static string Order(IReadOnlyList<Importer> importers, params (string Name, long Length)[] exporters)
            => string.Concat(SharingAdvice.For([.. exporters.Select(one => new PaperExporter { Name = one.Name, Length = one.Length })], importers).Select(option => option.Exporter.Name));
        Assert.Equal("ba", Order([Device("x")], ("a", 8192), ("b", 4096)));
        Assert.Equal("ab", Order([Device("x")], ("b", 4096), ("a", 4096)));

        // Of three frames the second device wants one run, which frames chosen for the first need not be; a single frame is one.
        Assert.Equal("ba", Order([Device("x"), Device("y", new DmaConstraints { MaxSegmentCount = 2 })], ("a", 3 * 4096), ("b", 4096)));
        SharingOption option = SharingAdvice.For([new PaperExporter { Length = 3 * 4096 }], [Device("x"), Device("y", new DmaConstraints { MaxSegmentCount = 2 })])[0];
        Assert.Equal((2L, 1), (option.Segments, option.MovesIfLate));
        Assert.Equal("paper, contiguous frames: at most 0 bytes bounced, 2 segments, moves if late: 1", option.ToString());
    }

    [Fact]
    public void Who_is_not_served_costs_nothing_and_is_not_moved_for()
    {
        static SharingOption Of(bool can, params Importer[] importers) => Assert.Single(SharingAdvice.For([new PaperExporter { Can = can }], importers));
        Nothing(Of(true, Device("a", trusted: false), Device("b", Below)), Verdict.Refused, Verdict.Admitted);
        Nothing(Of(false, Device("a")), Verdict.Refused);
        Nothing(Of(true, Device("a", Above), Device("b", Below)), Verdict.Refused, Verdict.Refused);

        static void Nothing(SharingOption option, params Verdict[] verdicts)
        {
            Assert.Equal(verdicts, option.Importers.Select(one => one.Verdict));
            Assert.Equal(verdicts.Select(verdict => verdict == Verdict.Refused), option.Importers.Select(one => one.Cause is not null));
            Assert.All(option.Importers, one => Assert.False(one.MovesIfLate));
            Assert.Equal((0L, 0L, 0), (option.BouncedBytes, option.Segments, option.MovesIfLate));
            Assert.StartsWith("paper does not serve a", option.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_may_have_to_move_for_who_is_served_in_place_and_not_for_who_is_bounced()
    {
        SharingOption above = Assert.Single(SharingAdvice.For([new PaperExporter()], [Device("a", Below, pool: 1 << 20), Device("b", Above)]));
        Assert.Equal([("a", Verdict.Bounce, false), ("b", Verdict.Direct, true)], above.Importers.Select(one => (one.Name, one.Verdict, one.MovesIfLate)));

        // Whom its bus keeps from all memory is bounced on any frames, and they do for who asks for nothing.
        var unreachable = new DmaConstraints { Window = new DmaWindow(new DmaAddress(0x1000), new DmaAddress(0x1FFF)) };
        Importer nowhere = new(new MapperProfile(PaperProfile.Of("a", unreachable, pool: 1 << 20)) { BusOffset = 0x2000 });
        SharingOption any = Assert.Single(SharingAdvice.For([new PaperExporter()], [nowhere, Device("b")]));
        Assert.Equal([("a", Verdict.Bounce, false), ("b", Verdict.Direct, false)], any.Importers.Select(one => (one.Name, one.Verdict, one.MovesIfLate)));

        // But not for who comes after him and is served below.
        SharingOption below = Assert.Single(SharingAdvice.For([new PaperExporter()], [nowhere, Device("b", Below)]));
        Assert.Equal([("a", Verdict.Bounce, false), ("b", Verdict.Direct, true)], below.Importers.Select(one => (one.Name, one.Verdict, one.MovesIfLate)));
    }
}
