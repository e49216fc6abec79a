using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Decisions as the pure function that they are: states written down, no memory behind them.</summary>
public class PaperDecisionTests
{
    private const long Length = PaperExporter.Usual;

    private static readonly DmaWindow Low = DmaWindow.OfBits(32);

    private static Importer Anyone(string name = "any") => new(PaperProfile.Of(name));

    private static Importer Tight(string name = "tight", long pool = 0) => new(PaperProfile.Of(name, new DmaConstraints { Window = Low }, pool: pool));

    /// <summary>Frames above 4 GiB, one by one.</summary>
    private static PfnBuffer Apart(long length = Length, long offset = 0) => new([.. Enumerable.Range(0, (int)((offset + length + 4095) / 4096)).Select(i => new Pfn((1ul << 20) + (2ul * (ulong)i)))], PageSize.Size4K, offset, length);

    private static SharingState State(PfnBuffer? backing = null, SharingPolicy? policy = null, IExporter? exporter = null, params Importer[] attached)
        => new(exporter ?? new PaperExporter(), policy ?? SharingPolicy.Default) { Backing = backing, Attached = attached };

    private static Refusal Refused(SharingState state, Importer newcomer)
    {
        Decision decision = AttachDecision.Decide(state, newcomer);
        Assert.Equal(Verdict.Refused, decision.Verdict);
        return decision.Refusal!;
    }

    [Fact]
    public void Whoever_reaches_the_frames_is_served_in_place()
    {
        Assert.Equal(Verdict.Admitted, AttachDecision.Decide(State(), Anyone()).Verdict);
        Assert.Equal(Verdict.Direct, AttachDecision.Decide(State(Apart()), Anyone()).Verdict);
        Assert.Equal(Verdict.Remap, AttachDecision.Decide(State(Apart()), new Importer(PaperProfile.Of("iommu", DmaConstraints.ContiguousOnly, Addressing.Translated))).Verdict);
        Decision moved = AttachDecision.Decide(State(Apart()), Tight());
        Assert.Equal((Verdict.Move, Verdict.Direct, "Move, then Direct"), (moved.Verdict, moved.Follows, moved.ToString()));
        Assert.Equal("Direct", AttachDecision.Decide(State(Apart()), Anyone()).ToString());
    }

    [Fact]
    public void Nobody_and_nothing_is_told_by_name()
    {
        Assert.Throws<ArgumentNullException>("state", () => AttachDecision.Decide(null!, Anyone()));
        Assert.Throws<ArgumentNullException>("newcomer", () => AttachDecision.Decide(State(), null!));
        Assert.Throws<ArgumentNullException>("state", () => AttachDecision.Stand(null!, Anyone()));
        Assert.Throws<ArgumentNullException>("importer", () => AttachDecision.Stand(State(Apart()), null!));
        Assert.Throws<ArgumentException>("state", () => AttachDecision.Stand(State(), Anyone()));
        Assert.Throws<ArgumentNullException>("holder", () => AttachDecision.RefuseForFrames(State(), null!, []));
        Assert.Throws<ArgumentNullException>("state", () => AttachDecision.RefuseForFrames(null!, "a", []));
        Assert.Throws<ArgumentException>("newcomer", () => AttachDecision.Decide(State(), new Importer(PaperProfile.Of("gpu", addressing: Addressing.Translated)) { RawPfns = true }));
        Assert.Throws<ArgumentNullException>("state", () => MoveWay.Candidates(null!, null).Any());
        Assert.Throws<ArgumentNullException>("other", () => new Importer((Importer)null!));
        Assert.Throws<ArgumentOutOfRangeException>("Access", () => new Importer(PaperProfile.Of("a")) { Access = (MemoryAccess)4 });
        Assert.Throws<ArgumentOutOfRangeException>("kind", () => new Holding("a", HoldingKind.CpuAccess + 1, false, false));
        Assert.Throws<ArgumentOutOfRangeException>("kind", () => new Change((ChangeKind)3, "a"));
        Assert.Throws<ArgumentOutOfRangeException>("bytes", () => new Change(ChangeKind.EnlargePool, "a", -1));
        Assert.Equal(0, new Change(ChangeKind.EnlargePool, "a").Bytes);
        Assert.Throws<ArgumentNullException>("state", () => new Change(ChangeKind.Trust, "a").ApplyTo(null!, Anyone()));
        Assert.Throws<ArgumentNullException>("newcomer", () => new Change(ChangeKind.Trust, "a").ApplyTo(State(), null!));
        Assert.Throws<ArgumentException>("exporter", () => State(exporter: new PaperExporter { Length = 0 }));
        Assert.Throws<ArgumentException>("exporter", () => State(exporter: new PaperExporter { Length = long.MaxValue - 4095 }));
        Assert.Equal(1, State(exporter: new PaperExporter { Length = 1 }).Exporter.Length);
        Assert.Equal(long.MaxValue - 4096, State(exporter: new PaperExporter { Length = long.MaxValue - 4096 }).Exporter.Length);
    }

    [Fact]
    public void A_refusal_says_what_closes_each_way_and_what_would_help()
    {
        SharingState state = new(new PaperExporter(), new SharingPolicy { AllowsMove = false, AllowsBounce = false }) { Backing = Apart(), Attached = [Anyone()], Holdings = [new Holding("any", HoldingKind.Mapping, false, false)] };
        Refusal refusal = Refused(state, Tight());
        Assert.Equal(
            "tight is refused (against any): no Direct, for tight's address window wants frames within 0x0-0xffffffff, found pfn 0x100000 at frame 0; "
            + "no Move, for the buffer's policy wants moves to be allowed, found neither move nor bounce; no Move, for any's hold wants nothing held, or that the holder is movable, found a live mapping; "
            + "no Bounce, for the buffer's policy wants copies to be allowed, found neither move nor bounce; no Bounce, for tight's bounce capacity wants 32768 bytes, found 0. "
            + "What would help: unmap any, and let the policy allow moving",
            refusal.ToString());
        Assert.Equal("any", Assert.Single(refusal.ConflictsWith));
    }

    [Fact]
    public void A_translated_device_out_of_reach_is_told_its_last_address_and_the_frame()
    {
        var importer = new Importer(new MapperProfile(new DmaDevice("iommu", new RequesterId(1)), Addressing.Translated) { LastPhysical = new PhysicalAddress((1ul << 32) + 8191) });
        Refusal refusal = Refused(State(Apart(), new SharingPolicy { AllowsMove = false }), importer);
        Assert.Equal((RefusalReason.UnreachableFrame, 1, "frames within 0x0-0x100001fff", "pfn 0x100002"), (refusal.Reason, refusal.FrameIndex, refusal.Wanted, refusal.Found));
    }

    [Fact]
    public void Segments_and_alignment_are_told_with_their_limits()
    {
        var none = new SharingPolicy { AllowsMove = false, AllowsBounce = false };
        Assert.Equal(("one segment", "8"), Told(DmaConstraints.ContiguousOnly));
        Assert.Equal(("at most 3 segments", "8"), Told(new DmaConstraints { MaxSegmentCount = 3 }));
        Refusal unaligned = Refused(State(Apart(Length - 512, 512), none), new Importer(PaperProfile.Of("a", new DmaConstraints { Alignment = 4096 })));
        Assert.Equal((RefusalReason.Unaligned, 0), (unaligned.Reason, unaligned.FrameIndex));
        Assert.Contains("offset 512, length 32256", unaligned.Found, StringComparison.Ordinal);

        (string Wanted, string Found) Told(DmaConstraints constraints)
        {
            Refusal refusal = Refused(State(Apart(), none), new Importer(PaperProfile.Of("a", constraints)));
            Assert.Equal((RefusalReason.TooManySegments, -1), (refusal.Reason, refusal.FrameIndex));
            return (refusal.Wanted, refusal.Found);
        }
    }

    [Fact]
    public void A_mapper_that_must_copy_says_why()
    {
        var none = new SharingPolicy { AllowsBounce = false };
        Assert.Equal("a mapper that copies everything", Refused(State(Apart(), none), new Importer(PaperProfile.Of("a", pool: 1 << 20, everything: true))).Found);
        var partial = new Importer(PaperProfile.Of("a", addressing: Addressing.Translated, pool: 1 << 20, partial: true));
        Assert.Equal("frames that are covered partly, which it must copy", Refused(State(Apart(Length - 100), none), partial).Found);
        Assert.Equal(Verdict.Bounce, AttachDecision.Decide(State(Apart(Length - 100)), partial).Verdict);
        Assert.Equal(Verdict.Bounce, AttachDecision.Decide(State(Apart(Length - 100, 100)), partial).Verdict);
        Assert.Equal(Verdict.Remap, AttachDecision.Decide(State(Apart()), partial).Verdict);
    }

    [Fact]
    public void A_device_that_is_not_trusted_gets_whole_frames_or_copies_of_their_parts()
    {
        Importer Confined(bool partial = false, bool everything = false) => new(PaperProfile.Of("a", addressing: Addressing.Translated, trusted: false, pool: partial || everything ? 1 << 20 : 0, partial: partial, everything: everything));
        Assert.Equal(Verdict.Remap, AttachDecision.Decide(State(Apart()), Confined()).Verdict);
        foreach (PfnBuffer frames in new[] { Apart(Length - 1), Apart(Length - 1, 1), Apart(Length - 4096, 4095) })
        {
            Assert.Equal(RefusalReason.Unconfined, Refused(State(frames), Confined()).Reason);
            Assert.Equal(Verdict.Bounce, AttachDecision.Decide(State(frames), Confined(partial: true)).Verdict);
            Assert.Equal(Verdict.Bounce, AttachDecision.Decide(State(frames), Confined(everything: true)).Verdict);
        }

        Assert.Equal(RefusalReason.Unconfined, Refused(State(exporter: new PaperExporter { Length = 4095 }), Confined()).Reason);
        Assert.Equal(RefusalReason.Unconfined, Refused(State(), new Importer(PaperProfile.Of("a", trusted: false))).Reason);
        Assert.Equal(RefusalReason.Unconfined, Refused(State(), new Importer(PaperProfile.Of("a", trusted: false)) { RawPfns = true }).Reason);
        Assert.Equal(RefusalReason.ProtectedMemory, Refused(State(exporter: new PaperExporter { Kind = MemoryKind.Protected }), Confined()).Reason);
    }

    [Theory]
    [InlineData(MemoryKind.Mmio, RefusalReason.NoPages)]
    [InlineData(MemoryKind.Protected, RefusalReason.ProtectedMemory)]
    public void Memory_that_is_not_pages_is_neither_moved_nor_copied(MemoryKind kind, RefusalReason reason)
    {
        Refusal refusal = Refused(State(Apart(), exporter: new PaperExporter { Kind = kind }), Tight(pool: 1 << 20));
        Assert.Equal([Verdict.Direct, Verdict.Move, Verdict.Bounce], refusal.Causes.Select(cause => cause.Way));
        Assert.Equal([RefusalReason.UnreachableFrame, reason, reason], refusal.Causes.Select(cause => cause.Reason));
        if (kind == MemoryKind.Mmio) Assert.Equal(RefusalReason.NoPages, Refused(State(exporter: new PaperExporter { Kind = kind }), new Importer(PaperProfile.Of("a")) { NeedsPages = true }).Reason);
    }

    [Fact]
    public void What_not_even_one_run_serves_is_said_of_each_way()
    {
        var importer = new Importer(PaperProfile.Of("a", new DmaConstraints { MaxSegmentCount = 2, MaxSegmentSize = 4096 }, pool: 1 << 20));
        Refusal refusal = Refused(State(Apart()), importer);
        Assert.Equal([Verdict.Direct, Verdict.Move, Verdict.Bounce], refusal.Causes.Select(cause => cause.Way));
        Assert.All(refusal.Causes, cause => Assert.Equal(RefusalReason.TooManySegments, cause.Reason));
        Assert.Equal("let a map in windows (Importer.MapsWindows)", refusal.Advice);
        Assert.Equal(RefusalReason.TooManySegments, Refused(State(), importer).Reason);
        Assert.Equal(Verdict.Direct, AttachDecision.Decide(State(Apart()), new Importer(importer) { MapsWindows = true }).Verdict);
    }

    [Fact]
    public void Only_frames_of_a_copy_need_slots_and_a_pool_of_as_many_is_enough()
    {
        // Six frames out of reach of eight; the offset costs no frame more.
        var frames = new PfnBuffer([new Pfn(1), new Pfn(2), .. Enumerable.Range(0, 6).Select(i => new Pfn((1ul << 20) + (ulong)i))], PageSize.Size4K, 100, Length - 200);
        var bounce = new SharingPolicy { AllowsMove = false };
        Assert.Equal(Verdict.Bounce, AttachDecision.Decide(State(frames, bounce), Tight(pool: 6 * 4096)).Verdict);
        Refusal refusal = Refused(State(frames, bounce), Tight(pool: (6 * 4096) - 1));
        Assert.Contains(refusal.Causes, cause => cause is { Way: Verdict.Bounce, Reason: RefusalReason.NoBounceCapacity, Wanted: "24576 bytes", Found: "24575" });
        Assert.Equal(Verdict.Bounce, AttachDecision.Decide(State(frames, bounce), new Importer(Tight(pool: 4096)) { MapsWindows = true }).Verdict);
        Assert.Equal(RefusalReason.NoBounceCapacity, Refused(State(frames, bounce), new Importer(Tight()) { MapsWindows = true }).Causes[^1].Reason);
    }

    [Fact]
    public void Policies_are_written_with_what_is_preferred_first()
    {
        Assert.Equal("move, bounce", SharingPolicy.Default.ToString());
        Assert.Equal("bounce, move", new SharingPolicy { PrefersBounce = true }.ToString());
        Assert.Equal("move", new SharingPolicy { AllowsBounce = false }.ToString());
        Assert.Equal("bounce", new SharingPolicy { AllowsMove = false }.ToString());
        Assert.Equal("neither move nor bounce", new SharingPolicy { AllowsMove = false, AllowsBounce = false }.ToString());
        Assert.Equal("nothing", default(MoveObstacle).ToString());
        Assert.Equal("full", MoveObstacle.NoRoom("full").ToString());
        Assert.Equal("of a, b: too late", MoveObstacle.NoAnswer(["a", "b"], "too late").ToString());
        Assert.Equal("too late", MoveObstacle.NoAnswer([], "too late").ToString());
    }

    [Fact]
    public void Advice_is_what_is_not_so_already()
    {
        var importer = new Importer(PaperProfile.Of("a", new DmaConstraints { Window = Low }, pool: 4096)) { ZeroCopyOnly = true, NeedsPages = true };
        var state = new SharingState(new PaperExporter(), new SharingPolicy { AllowsMove = false }) { Backing = Apart() };
        Assert.Equal("let the policy allow moving", Refused(state, importer).Advice);
        Assert.Equal("enlarge a's bounce pool from 4096 to 32768 bytes, and let a work on copies (not Importer.ZeroCopyOnly)", AdviceWithout(state, importer, ChangeKind.AllowMove, ChangeKind.AllowBounce));
        Assert.Equal("let the policy allow bouncing, and enlarge a's bounce pool from 4096 to 32768 bytes", AdviceWithout(new SharingState(new PaperExporter(), new SharingPolicy { AllowsMove = false, AllowsBounce = false }) { Backing = Apart() }, Tight("a", 4096), ChangeKind.AllowMove, ChangeKind.WorkOnCopies));
        Assert.Equal("let a work on DMA addresses alone (not Importer.NeedsPages)", Refused(State(exporter: new PaperExporter { Kind = MemoryKind.Mmio }), new Importer(Anyone()) { NeedsPages = true }).Advice.Replace(" any ", " a ", StringComparison.Ordinal));
        Assert.Equal("attach tight again", Refused(With(MoveObstacle.MoveUnderWay), Tight()).Advice.Split(", and ")[0]);
        Assert.Equal("free frames for paper", Refused(With(MoveObstacle.NoRoom("full")), Tight()).Advice);
        Assert.Equal("give tight a mapper that can bounce 32768 bytes", AdviceWithout(With(MoveObstacle.Unsuitable("none")), Tight(), ChangeKind.FreeFrames));
        Assert.Equal("give a an IOMMU", Refused(State(), new Importer(PaperProfile.Of("a", trusted: false))).Advice);
        Assert.Equal("share it from other memory", Refused(State(exporter: new PaperExporter { Can = false }), new Importer(PaperProfile.Of("a", new DmaConstraints { Window = Low })) { RawPfns = true }).Advice);

        SharingState With(MoveObstacle obstacle) => new(new PaperExporter(), SharingPolicy.Default) { Backing = Apart(), Obstacle = obstacle };
        static string AdviceWithout(SharingState state, Importer newcomer, params ChangeKind[] kinds)
        {
            // Where what is cheaper does not help: no frames to move to.
            var exporter = new PaperExporter { Can = false };
            var closed = new SharingState(exporter, state.Policy) { Backing = state.Backing, Obstacle = state.Obstacle };
            IReadOnlyList<Change> changes = Refused(closed, newcomer).Changes;
            Assert.DoesNotContain(changes, change => kinds.Contains(change.Kind));
            return Refused(closed, newcomer).Advice;
        }
    }

    [Fact]
    public void Advice_is_the_cheapest_that_helps_and_none_of_it_needless()
    {
        int refused = 0;
        for (int seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            (SharingState state, Importer newcomer) = Draw(random);
            Decision decision = AttachDecision.Decide(state, newcomer);
            if (decision.Refusal is not { } refusal) continue;
            refused++;
            Change[] all = [.. AllChanges(state, newcomer)];
            IReadOnlyList<Change> advised = refusal.Changes;
            string told = $"seed {seed}: {refusal}";
            if (advised.Count > 0) Assert.True(Helps(state, newcomer, advised), told);
            else Assert.False(Helps(state, newcomer, all), told);
            for (int i = 0; i < advised.Count; i++) Assert.False(Helps(state, newcomer, [.. advised.Where((_, at) => at != i)]), $"needless: {advised[i]}, {told}");
            int cost = advised.Count == 0 ? int.MaxValue : advised.Sum(change => change.Cost);
            foreach (Change[] set in Sets(all).Where(set => set.Sum(change => change.Cost) < cost)) Assert.False(advised.Count > 0 && Helps(state, newcomer, set), $"cheaper: {string.Join(", ", set.Select(change => change.ToString()))}, {told}");
        }

        Assert.True(refused > 40, $"{refused} refusals");
    }

    private static (SharingState State, Importer Newcomer) Draw(Random random)
    {
        Importer Someone(string name) => random.Next(8) switch
        {
            0 => Anyone(name),
            1 => Tight(name),
            2 => Tight(name, 4096),
            3 => new Importer(Tight(name, 1 << 20)) { ZeroCopyOnly = true },
            4 => new Importer(Anyone(name)) { RawPfns = true },
            5 => new Importer(PaperProfile.Of(name, new DmaConstraints { MaxSegmentCount = 2, MaxSegmentSize = 4096 })) { NeedsPages = true },
            6 => new Importer(PaperProfile.Of(name, trusted: random.Next(2) == 0)),
            _ => new Importer(PaperProfile.Of(name, new DmaConstraints { Window = new DmaWindow(new DmaAddress(1ul << 32), new DmaAddress(ulong.MaxValue)) })),
        };
        bool Half() => random.Next(2) == 0;
        Importer[] attached = [.. new[] { "a", "b" }.Take(random.Next(3)).Select(Someone)];
        var exporter = new PaperExporter { Kind = random.Next(5) == 0 ? MemoryKind.Mmio : MemoryKind.PageBacked, Can = random.Next(4) != 0 };
        bool hasBacking = random.Next(4) != 0;
        return (new SharingState(exporter, new SharingPolicy { AllowsMove = Half(), AllowsBounce = Half(), PrefersBounce = Half() })
        {
            Backing = hasBacking ? Apart() : null,
            Attached = attached,
            Holdings = hasBacking ? [.. attached.Where(_ => Half()).Select(one => new Holding(one.Name, one.RawPfns ? HoldingKind.Pfns : HoldingKind.Mapping, Half(), false)), .. Half() ? new[] { new Holding(SharingState.Cpu, HoldingKind.CpuAccess, false, false) } : []] : [],
            Obstacle = random.Next(6) switch { 0 => MoveObstacle.NoRoom("full"), 1 => MoveObstacle.MoveUnderWay, 2 => MoveObstacle.NoAnswer(["a"], "late"), _ => default },
        }, Someone("c"));
    }

    /// <summary>Every change there is, whether it is one or not.</summary>
    private static IEnumerable<Change> AllChanges(SharingState state, Importer newcomer)
    {
        if (!state.Obstacle.IsMet || state.Obstacle.ToString() == "another one under way") yield return new Change(ChangeKind.AttachAgain, newcomer.Name);
        if (state.Obstacle.ToString() == "full") yield return new Change(ChangeKind.FreeFrames, state.Exporter.Name);
        yield return new Change(ChangeKind.AllowMove, state.Exporter.Name);
        yield return new Change(ChangeKind.AllowBounce, state.Exporter.Name);
        if (newcomer.ZeroCopyOnly) yield return new Change(ChangeKind.WorkOnCopies, newcomer.Name);
        if (newcomer.NeedsPages) yield return new Change(ChangeKind.ForgoPages, newcomer.Name);
        foreach (string holder in state.Holdings.Select(one => one.Holder).Distinct()) yield return new Change(ChangeKind.EndHolding, holder);
        foreach (Importer other in state.Attached) yield return new Change(ChangeKind.Detach, other.Name);
        if (!newcomer.RawPfns)
        {
            yield return new Change(ChangeKind.MapInWindows, newcomer.Name);
            if (newcomer.Profile.BounceCapacity < Length) yield return new Change(newcomer.Profile.BounceCapacity == 0 ? ChangeKind.AddBouncing : ChangeKind.EnlargePool, newcomer.Name, Length);
            yield return new Change(ChangeKind.AddIommu, newcomer.Name);
        }

        yield return new Change(ChangeKind.Trust, newcomer.Name);
    }

    private static IEnumerable<Change[]> Sets(Change[] all)
    {
        for (int i = 0; i < all.Length; i++)
        {
            yield return [all[i]];
            for (int j = i + 1; j < all.Length; j++)
            {
                yield return [all[i], all[j]];
                for (int k = j + 1; k < all.Length; k++) yield return [all[i], all[j], all[k]];
            }
        }
    }

    private static bool Helps(SharingState state, Importer newcomer, IReadOnlyList<Change> set)
    {
        foreach (Change change in set) (state, newcomer) = change.ApplyTo(state, newcomer);
        return AttachDecision.Decide(state, newcomer).Verdict != Verdict.Refused;
    }
}
