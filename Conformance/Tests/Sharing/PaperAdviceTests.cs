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
}
