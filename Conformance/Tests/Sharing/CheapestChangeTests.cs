using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// The advice of a refusal: made, it lets the device in; no part of it does; and nothing cheaper does. Held against trying
/// every set of changes, and against really making them.
/// </summary>
public class CheapestChangeTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    /// <summary>Who is there, who holds what, and who comes: all small enough that every set of changes can be tried.</summary>
    private static Arbitrary<Scene> Scenes { get; } = Arb.From(
        from attached in Gen.Choose(0, 5).Select(i => (Kind)i).ArrayOf(2)
        from holds in Gen.Choose(0, 1).Select(i => i == 1).ArrayOf(2)
        from cpu in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from newcomer in Gen.Choose(0, 9).Select(i => (Kind)i)
        from bounce in Gen.Elements(true, false)
        from move in Gen.Elements(true, false)
        from worn in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Scene(attached, holds, cpu, newcomer, new SharingPolicy { AllowsBounce = bounce, AllowsMove = move }, worn));

    private enum Kind
    {
        Anything,
        Tight,
        TightThatCopies,
        SmallPool,
        Raw,
        Movable,
        LowZeroCopy,
        Untrusted,
        UntrustedDirect,
        UntrustedRaw,
    }

    [Fact]
    public void Advice_helps_nothing_of_it_can_be_left_out_and_nothing_cheaper_helps()
        => TheLaw(refusal => refusal.Changes).Check(500);

    [Fact]
    public void Advice_that_says_too_much_is_caught()
        => LawAssert.Catches(TheLaw(refusal => refusal.Changes.Count == 0 ? refusal.Changes : [.. refusal.Changes, .. refusal.Changes]), 500);

    [Fact]
    public void Advice_that_says_too_little_is_caught()
        => LawAssert.Catches(TheLaw(refusal => [.. refusal.Changes.Skip(1)]), 500);

    [Fact]
    public void Refusals_of_many_kinds_are_met()
    {
        Shares shares = Shares.Of(Scenes.Generator, 600, scene =>
        {
            using var world = new World(scene);
            AttachResult result = world.Attach("c", scene.Newcomer);
            if (result.IsAttached) return [result.Decision.Verdict.ToString()];
            return result.Decision.Refusal!.Changes.Select(change => change.Kind.ToString()).Append("Refused").Distinct();
        });
        foreach (string name in new[] { "Refused", "EndHolding", "AllowMove", "AllowBounce", "EnlargePool" }) Assert.True(shares[name] > 0.01, $"{name} is rare: {shares}");
    }

    private static Law<Scene> TheLaw(Func<Refusal, IReadOnlyList<Change>> advice) => new("advice is the cheapest that helps", Scenes, scene =>
    {
        using var world = new World(scene);
        AttachResult result = world.Attach("c", scene.Newcomer);
        if (result.Decision.Refusal is not { } refusal) return null;
        IReadOnlyList<Change> changes = advice(refusal);
        (SharingState state, Importer importer) = world.StateFor("c", scene.Newcomer, refusal);
        IReadOnlyList<Change> all = world.AllChanges(importer);
        bool helps = Helps(changes, state, importer);
        if (changes.Count == 0) return Helps(all, state, importer) ? $"no advice, though something helps: {refusal}" : null;
        if (!helps) return $"the advice does not help: {refusal}";
        int cost = changes.Sum(change => change.Cost);
        if (Subsets(all).FirstOrDefault(set => set.Sum(change => change.Cost) < cost && Helps(set, state, importer)) is { } cheaper)
            return $"{string.Join(", ", cheaper)} is cheaper than: {refusal}";
        if (Subsets(changes).Any(set => set.Count < changes.Count && Helps(set, state, importer))) return $"part of the advice is enough: {refusal}";
        return world.Make(changes, "c", scene.Newcomer) is { IsAttached: false } still ? $"the advice was followed, and still: {still}; it was: {refusal}" : null;
    });

    private static bool Helps(IReadOnlyList<Change> set, SharingState state, Importer importer)
    {
        foreach (Change change in set) (state, importer) = change.ApplyTo(state, importer);
        return AttachDecision.Decide(state, importer).Verdict != Verdict.Refused;
    }

    private static IEnumerable<IReadOnlyList<Change>> Subsets(IReadOnlyList<Change> all)
        => Enumerable.Range(0, 1 << Math.Min(all.Count, 13)).Select(mask => (IReadOnlyList<Change>)[.. all.Where((_, i) => ((mask >> i) & 1) != 0)]);

    private sealed record Scene(Kind[] Attached, bool[] Holds, bool Cpu, Kind Newcomer, SharingPolicy Policy, bool Worn)
    {
        public override string ToString()
            => $"{string.Join(", ", Attached.Select((kind, i) => $"{Names[i]} {kind}{(Holds[i] ? " mapped" : "")}"))}{(Cpu ? ", CPU" : "")}; {Newcomer} comes; {Policy}{(Worn ? ", worn" : "")}";
    }

    /// <summary>The scene as it really is, and the changes as they are really made.</summary>
    private sealed class World : IDisposable
    {
        private readonly MoveScene _scene;
        private readonly Dictionary<string, (Attachment Attachment, MappingToken Token, bool Raw)> _held = [];
        private readonly BouncePool _small;
        private CpuAccess? _cpu;
        private FrameFragmentation? _wear;

        internal World(Scene scene)
        {
            _scene = new MoveScene(scene.Policy);
            _small = new BouncePool(_scene.Machine, _scene.Machine.Frames, 4096, Placement.Below(32));
            for (int i = 0; i < scene.Attached.Length; i++)
            {
                // The first maps before the second comes, so that the second is a late one.
                if (Attach(Names[i], scene.Attached[i]).Attachment is { } attachment && scene.Holds[i]) Hold(Names[i], attachment);
            }

            if (scene.Cpu) _cpu = _scene.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access;
            if (scene.Worn) _wear = _scene.Machine.Frames.Fragment(1, 3);
        }

        public void Dispose()
        {
            _wear?.Dispose();
            _cpu?.Dispose();
            foreach (string name in _held.Keys.ToArray()) Release(name);
            _small.Dispose();
            _scene.Dispose();
        }

        internal AttachResult Attach(string name, Kind kind) => Attach(Declare(name, kind, out IDmaMapper? mapper), mapper);

        /// <summary>What the refusal was decided from.</summary>
        internal (SharingState State, Importer Importer) StateFor(string name, Kind kind, Refusal refusal)
        {
            SharedBuffer buffer = _scene.Buffer;
            RefusalCause? noRoom = refusal.Causes.FirstOrDefault(cause => cause.Reason == RefusalReason.NoRoomToMove);
            var state = new SharingState(new SystemMemoryExporter("memory", _scene.Machine, MoveScene.Length), buffer.Policy)
            {
                Backing = buffer.Backing,
                Attached = [.. buffer.Attachments.Select(one => one.Importer)],
                Holdings =
                [
                    .. _held.Select(held => new Holding(held.Key, held.Value.Raw ? HoldingKind.Pfns : HoldingKind.Mapping, held.Value.Attachment.Importer.IsMovable, held.Value.Attachment.Decision.Verdict == Verdict.Bounce)),
                    .. _cpu is null ? Array.Empty<Holding>() : [new Holding(SharingState.Cpu, HoldingKind.CpuAccess, false, false)],
                ],
                Obstacle = noRoom is null ? default : MoveObstacle.NoRoom(noRoom.Found),
            };
            return (state, Declare(name, kind, out _));
        }

        /// <summary>Every change that there is, sensible or not.</summary>
        internal IReadOnlyList<Change> AllChanges(Importer newcomer)
            =>
            [
                new Change(ChangeKind.AllowMove, "memory"), new Change(ChangeKind.AllowBounce, "memory"), new Change(ChangeKind.FreeFrames, "memory"),
                new Change(ChangeKind.MapInWindows, newcomer.Name), new Change(ChangeKind.WorkOnCopies, newcomer.Name),
                new Change(ChangeKind.Trust, newcomer.Name),
                .. newcomer.RawPfns ? Array.Empty<Change>() : [new Change(ChangeKind.AddIommu, newcomer.Name), Bouncing(newcomer)],
                .. _held.Keys.Select(held => new Change(ChangeKind.EndHolding, held)),
                .. _cpu is null ? Array.Empty<Change>() : [new Change(ChangeKind.EndHolding, SharingState.Cpu)],
                .. _scene.Buffer.Attachments.Select(one => new Change(ChangeKind.Detach, one.Name)),
            ];

        /// <summary>More room to bounce, which costs little where there is some already.</summary>
        private static Change Bouncing(Importer newcomer)
            => new(newcomer.Profile.BounceCapacity > 0 ? ChangeKind.EnlargePool : ChangeKind.AddBouncing, newcomer.Name, Math.Max(newcomer.Profile.BounceCapacity, 6 * 4096));

        /// <summary>Makes changes, and attaches again.</summary>
        internal AttachResult? Make(IReadOnlyList<Change> changes, string name, Kind kind)
        {
            Importer importer = Declare(name, kind, out IDmaMapper? mapper);
            SharingPolicy policy = _scene.Buffer.Policy;
            foreach (Change change in changes)
            {
                switch (change.Kind)
                {
                    case ChangeKind.AllowMove: policy = new SharingPolicy { AllowsMove = true, AllowsBounce = policy.AllowsBounce }; break;
                    case ChangeKind.AllowBounce: policy = new SharingPolicy { AllowsMove = policy.AllowsMove, AllowsBounce = true }; break;
                    case ChangeKind.MapInWindows: importer = new Importer(importer) { MapsWindows = true }; break;
                    case ChangeKind.WorkOnCopies: importer = new Importer(importer) { ZeroCopyOnly = false }; break;
                    case ChangeKind.EndHolding when change.Subject == SharingState.Cpu: EndCpu(); break;
                    case ChangeKind.EndHolding: Release(change.Subject); break;
                    case ChangeKind.FreeFrames: _wear?.Dispose(); _wear = null; break;
                    case ChangeKind.Detach: Release(change.Subject); _scene.Buffer.Attachments.Single(one => one.Name == change.Subject).Detach(); break;
                    case ChangeKind.EnlargePool or ChangeKind.AddBouncing:
                        mapper = new BounceMapper(new DirectMapper(importer.Profile.Device), _scene.Pool);
                        importer = new Importer(importer, mapper.Profile);
                        break;
                    case ChangeKind.AttachAgain: break;
                    default: return null; // Other hardware, or another device.
                }
            }

            _scene.Buffer.Policy = policy;
            return Attach(importer, mapper);
        }

        private AttachResult Attach(Importer importer, IDmaMapper? mapper)
        {
            Obedient? movable = importer.IsMovable ? new Obedient() : null;
            return mapper is null ? _scene.Buffer.AttachRaw(importer, movable) : _scene.Buffer.Attach(mapper, importer, movable);
        }

        private void Hold(string name, Attachment attachment)
        {
            bool raw = attachment.Importer.RawPfns;
            SharedMapResult result = raw
                ? attachment.TakePfns(0, MoveScene.Length, DmaDirection.ToDevice, out _)
                : attachment.Map(0, MoveScene.Length, DmaDirection.ToDevice, new DmaSegment[16]);
            if (result.IsMapped) _held.Add(name, (attachment, result.Mapping.Token, raw));
        }

        private void Release(string name)
        {
            if (!_held.Remove(name, out (Attachment Attachment, MappingToken Token, bool Raw) held)) return;
            if (held.Raw) held.Attachment.PutBack(held.Token);
            else held.Attachment.Unmap(held.Token);
        }

        private void EndCpu()
        {
            _cpu?.Dispose();
            _cpu = null;
        }

        private Importer Declare(string name, Kind kind, out IDmaMapper? mapper)
        {
            DmaConstraints tight = DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) };
            bool untrusted = kind is Kind.Untrusted or Kind.UntrustedDirect or Kind.UntrustedRaw;
            DmaConstraints constraints = kind switch
            {
                Kind.Tight or Kind.TightThatCopies or Kind.SmallPool => tight,
                Kind.LowZeroCopy => new DmaConstraints { Window = DmaWindow.OfBits(28) },
                _ => default,
            };
            var device = new DmaDevice(name, new RequesterId((ushort)(name[0] - 'a')), constraints) { IsTrusted = !untrusted };
            mapper = kind switch
            {
                Kind.TightThatCopies => new BounceMapper(new DirectMapper(device), _scene.Pool),
                Kind.SmallPool => new BounceMapper(new DirectMapper(device), _small),
                Kind.Raw or Kind.UntrustedRaw => null,
                Kind.Untrusted => new BounceMapper(new IommuMapper(device, _scene.Domain), _scene.Pool, BounceMode.PartialFrames),
                Kind.UntrustedDirect => new PaperMapper(new MapperProfile(device, Addressing.Direct)),
                _ => new DirectMapper(device),
            };
            return new Importer(mapper?.Profile ?? new MapperProfile(device, Addressing.Direct))
            {
                RawPfns = mapper is null,
                IsMovable = kind == Kind.Movable,
                ZeroCopyOnly = kind is Kind.Tight or Kind.LowZeroCopy,
            };
        }
    }
}
