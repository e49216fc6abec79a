using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class AttachmentCaller : HostileCaller
{
    internal AttachmentCaller()
        : base(typeof(Attachment), hasState: true)
    {
        Add("Plan(long, long, DmaDirection, MapOptions, Span<MapPart>)", a => a.Attachment().Plan(a.Within(20_000), a.Within(20_000), a.Of<DmaDirection>(), a.Any<MapOptions>(), a.Parts()));
        Add("Map(long, long, DmaDirection, Span<DmaSegment>, MapOptions)", a =>
        {
            Attachment attachment = a.Attachment();
            return Keep(a, attachment, attachment.Map(a.Flag() ? 0 : a.Within(8192), a.Flag() ? 100 : a.Within(8192), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>()));
        });
        Add("MapPlane(Plane, long, DmaDirection, Span<DmaSegment>, MapOptions)", a =>
        {
            Attachment attachment = a.Attachment();
            return Keep(a, attachment, attachment.MapPlane(a.Flag() ? a.Plane() : new Plane(0, 100, 2000, 3), a.Within(300), a.Of<DmaDirection>(), a.Segments(), a.Any<MapOptions>()));
        });
        Add("TakePfns(long, long, DmaDirection, out PfnSlice)", a =>
        {
            Attachment attachment = a.Attachment();
            return Keep(a, attachment, attachment.TakePfns(a.Within(8192), a.Within(8192), a.Of<DmaDirection>(), out _), isHold: true);
        });
        Do("Unmap(MappingToken)", a => End(a, (attachment, token) => attachment.Unmap(token), isHold: false));
        Do("PutBack(MappingToken)", a => End(a, (attachment, token) => attachment.PutBack(token), isHold: true));
        Do("SyncForCpu(MappingToken, long, long)", a => Use(a, out MappingToken token).SyncForCpu(token, a.Within(8192), a.Within(8192)));
        Do("SyncForDevice(MappingToken, long, long)", a => Use(a, out MappingToken token).SyncForDevice(token, a.Within(8192), a.Within(8192)));
        Add("BeginAccess(MappingToken, long, long, MemoryAccess)", a =>
        {
            if (a.OneIn(4)) return TakesTurns(a);
            Attachment attachment = Use(a, out MappingToken token);
            if (a.Flag() && a.World.LiveUses.FindIndex(one => one.Attachment.Importer.TakesTurns) is >= 0 and int at) (attachment, token, _) = a.World.LiveUses[at];
            TurnResult result = attachment.BeginAccess(token, a.Flag() ? 0 : a.Within(8192), a.Flag() ? 1 : a.Within(8192), a.Of<MemoryAccess>());
            if (result.HasBegun) a.World.Turns.Add((attachment, result.Turn));
            return result;
        });
        Do("EndAccess(AccessTurn)", a =>
        {
            Attachment attachment = a.Attachment();
            AccessTurn turn = default;
            if (a.World.Turns.Count > 0 && a.Below(4) > 0) turn = a.World.Turns[a.Below(a.World.Turns.Count)].Turn;
            if (a.Flag() && a.World.Turns.FindIndex(one => one.Turn == turn) is >= 0 and int at) attachment = a.World.Turns[at].Attachment;
            attachment.EndAccess(turn);
            a.Require(a.World.Turns.Remove((attachment, turn)), "a turn ends that was begun by the same");
        });
        Add("ConfirmStopped(MoveToken)", a => a.Attachment().ConfirmStopped(default));
        Do("Revoke()", a =>
        {
            using SharedBuffer made = Made(a, out Attachment attachment);
            attachment.Revoke();
            attachment.Revoke();
            a.Require(!attachment.Map(0, 1, DmaDirection.ToDevice, a.Segments()).IsMapped, "nothing is mapped for who is revoked");
        });
        Do("Detach()", a =>
        {
            using SharedBuffer made = Made(a, out Attachment attachment);
            attachment.Detach();
            attachment.Detach();
            attachment.Map(0, 1, DmaDirection.ToDevice, a.Segments());
        });
        Do("Dispose()", a =>
        {
            Attachment attachment = a.Attachment();
            if (attachment.LiveMappings > 0) attachment.Dispose();
        });
    }

    private static SharedBuffer Made(HostileArguments a, out Attachment attachment)
    {
        var made = new SharedBuffer(a.Small());
        attachment = made.Attach(a.World.Direct.Mapper).Attachment!;
        return made;
    }

    /// <summary>A turn as a good caller has it, looked at while it is open.</summary>
    private static TurnResult TakesTurns(HostileArguments a)
    {
        using var made = new SharedBuffer(a.Small());
        Attachment attachment = made.Attach(a.World.Direct.Mapper, new Importer(a.World.Direct.Mapper.Profile) { TakesTurns = true }).Attachment!;
        MappingToken token = attachment.Map(0, 100, DmaDirection.Bidirectional, new DmaSegment[1]).Mapping.Token;
        TurnResult result = attachment.BeginAccess(token, 0, 1 + a.Below(100), a.One(MemoryAccess.Read, MemoryAccess.Write, MemoryAccess.ReadWrite));
        a.Seen.Add(made.Report());
        a.Require(result.HasBegun, "nobody else had a turn");
        if (result.HasBegun) attachment.EndAccess(result.Turn);
        attachment.Unmap(token);
        return result;
    }

    private static SharedMapResult Keep(HostileArguments a, Attachment attachment, SharedMapResult result, bool isHold = false)
    {
        if (!result.IsMapped) return result;
        a.World.LiveUses.Add((attachment, result.Mapping.Token, isHold));
        if (a.World.LiveUses.Count > 8) EndOldest(a.World);
        return result;
    }

    private static void EndOldest(CallerWorld world)
    {
        (Attachment attachment, MappingToken token, bool isHold) = world.LiveUses[0];
        world.LiveUses.RemoveAt(0);
        Forget(world, attachment);
        if (isHold) attachment.PutBack(token);
        else attachment.Unmap(token);
    }

    /// <summary>Unmapping ends open turns, so those of the attachment are ended first: which mapping each is on is not told.</summary>
    private static void Forget(CallerWorld world, Attachment attachment)
    {
        foreach ((Attachment owner, AccessTurn turn) in world.Turns.ToArray())
        {
            if (owner != attachment) continue;
            owner.EndAccess(turn);
            world.Turns.Remove((owner, turn));
        }
    }

    /// <summary>Somebody and a token: its own, another one, or none.</summary>
    private static Attachment Use(HostileArguments a, out MappingToken token)
    {
        token = a.Token(a.World.Direct);
        Attachment attachment = a.Attachment();
        if (a.World.LiveUses.Count == 0) return attachment;
        (Attachment owner, MappingToken own, _) = a.World.LiveUses[a.Below(a.World.LiveUses.Count)];
        token = a.Below(4) switch { 0 => a.Forged(own), _ => own };
        return a.OneIn(5) ? attachment : owner;
    }

    private static void End(HostileArguments a, Action<Attachment, MappingToken> end, bool isHold)
    {
        Attachment attachment = Use(a, out MappingToken token);
        int at = a.World.LiveUses.FindIndex(one => one.Attachment == attachment && one.Token == token);
        if (at >= 0 && a.World.LiveUses[at].IsHold == isHold) Forget(a.World, attachment);
        end(attachment, token);
        a.Require(at >= 0, $"{token} ended, and was not live");
        if (at >= 0) a.World.LiveUses.RemoveAt(at);
    }
}
